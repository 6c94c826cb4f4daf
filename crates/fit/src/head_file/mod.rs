//! Head files: a fitted pipeline with everything needed to use it again.
//!
//! A head file is a safetensors file with these f32 tensors:
//!
//! ```text
//! coef               [n_classes, n_features]
//! intercept          [n_classes]
//! transform.I.mean   [n_features]   for each `standardize`, I its place among the steps from 0
//! transform.I.scale  [n_features]
//! ```
//!
//! and one metadata entry, `offshelf`, whose JSON has `format` = "offshelf-head", `version` = 1 and
//! the fields of [`Description`]. The same fit gives the same bytes.

mod description;
mod provenance;
mod read;
mod write;

pub use description::{Description, LinkName, Origin, Report, Training};
pub use provenance::{ProvenanceMismatch, check_provenance};
pub use read::{LoadError, OLDEST_VERSION, load};
pub use write::{head_bytes, save};

use crate::pipeline::Pipeline;

/// The version of head files that this program writes.
pub const VERSION: u32 = 1;

const FORMAT: &str = "offshelf-head";
const METADATA_KEY: &str = "offshelf";

/// A pipeline and its description: the contents of a head file.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedHead {
    /// What computes.
    pub pipeline: Pipeline,
    /// What it is.
    pub description: Description,
}

#[cfg(test)]
mod tests;
