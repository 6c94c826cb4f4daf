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
//! Version 1 had no `calibration`, no steps but `l2` and `standardize`, and is still read.

mod description;
mod provenance;
mod read;
mod write;

pub use description::{Description, LinkName, Origin, Report, Training};
pub use provenance::{ProvenanceMismatch, check_provenance};
pub use read::{LoadError, OLDEST_VERSION, load};
pub(crate) use write::metadata_json;
pub use write::{head_bytes, save};

use ndarray::ArrayView2;

use crate::calibration::Calibration;
use crate::evaluation::{Evaluation, Predictions, evaluate};
use crate::examples::Examples;
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

impl SavedHead {
    /// What the head says of the given rows of `features` `[n_samples, n_features]`, in their order,
    /// with probabilities where it is a softmax head or was calibrated.
    pub fn predict(&self, features: ArrayView2<'_, f32>, rows: &[usize]) -> Predictions {
        let scores = || self.pipeline.decision_function(features, rows);
        match &self.description.calibration {
            Some(Calibration::Platt(platt)) => {
                Predictions::from_calibrated_margins(scores(), platt)
            }
            Some(Calibration::Temperature(temperature)) => {
                Predictions::from_logits(scores(), *temperature)
            }
            None => self.pipeline.predict(features, rows),
        }
    }

    /// Evaluates what the head says of `examples`, whose labels index its classes.
    pub fn evaluate(&self, examples: &Examples<'_>) -> Evaluation {
        let predictions = self.predict(examples.features, &examples.rows.indices);
        evaluate(&predictions, &examples.rows.labels, &self.description.origin.classes)
    }
}

#[cfg(test)]
pub(crate) mod tests;
