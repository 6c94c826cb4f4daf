//! What `fit train` says.

use serde::Serialize;

use super::metrics::summary;
use super::{Stamp, metrics};
use crate::evaluation::Evaluation;
use crate::head_file::Description;

/// The document of `fit train`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// Where the head was written.
    pub path: String,
    /// The head, as its file describes it.
    pub trained: Description,
    /// Accuracy on the rows trained on.
    pub training_accuracy: f64,
    /// Evaluation on the rows held out, when there are any.
    pub held_out: Option<Evaluation>,
}

impl TrainDocument {
    /// The document of a head written to `path`.
    pub fn new(
        path: String,
        trained: Description,
        training_accuracy: f64,
        held_out: Option<Evaluation>,
    ) -> Self {
        let stamp = Stamp::new("offshelf-train");
        Self { stamp, path, trained, training_accuracy, held_out }
    }

    /// The document as text.
    pub fn text(&self) -> String {
        let Description { family, parameter, transform, origin, report, .. } = &self.trained;
        let mut text = format!(
            "{family}, {parameter}, on {} (transform: {transform})\n\
             {} rows of {} classes, {} iterations, objective {:.6e}\n\
             training: accuracy {:.1} %\n",
            origin.provenance.tap,
            origin.training.n_samples,
            origin.classes.len(),
            report.n_iter,
            report.objective,
            100.0 * self.training_accuracy,
        );
        if let Some(evaluation) = &self.held_out {
            text += &format!("held out: {}\n\n", summary(evaluation));
            text += &metrics::class_table(evaluation);
            text.push('\n');
        }
        if let Some(calibration) = &self.trained.calibration {
            text += &format!("calibrated: {calibration}\n");
        }
        if let Some(curve) = &self.trained.curve {
            text += &format!("kept: epoch {} of {}\n", curve.best_epoch, curve.epochs.len());
        }
        text + &format!("head: {}\n", self.path)
    }
}
