//! Head files: a fitted pipeline with everything needed to use it again.
//!
//! A head file is a safetensors file with these f32 tensors, where I is the place of a step of the
//! transform, from 0, and `n_features` is the number of features that reach the step or the head:
//!
//! ```text
//! coef                    [n_classes, n_features]
//! intercept               [n_classes]
//! transform.I.mean        [n_features]           for each `standardize`, `pca` and `whiten`
//! transform.I.scale       [n_features]           for each `standardize`
//! transform.I.projection  [n_axes, n_features]   for each `pca` and `whiten`
//! ```
//!
//! and one metadata entry, `offshelf`, whose JSON has `format` = "offshelf-head", `version` = 2 and
//! the fields of [`Description`]. The same fit gives the same bytes.
//!
//! Version 1 had no steps but `l2` and `standardize`, and is still read.

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
pub const VERSION: u32 = 2;

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
