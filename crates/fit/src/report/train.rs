//! What `fit train` says.

use head::Description;
use metrics::Evaluation;
use serde::Serialize;

use super::Stamp;
use super::head_evaluation::{class_table, summary};
use super::table::percent;

/// The document of `fit train`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// Where the head was written.
    pub path: String,
    /// The head, as its file describes it.
    pub trained: Description,
    /// Accuracy on the rows trained on, where rows have one class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_accuracy: Option<f64>,
    /// Mean average precision on the rows trained on, where they have several labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_mean_average_precision: Option<f64>,
    /// OneClassEvaluation on the rows held out, when there are any.
    pub held_out: Option<Evaluation>,
}

impl TrainDocument {
    /// The document of a head written to `path`, with its evaluation on the rows trained on and on those
    /// held out.
    pub fn new(
        path: String,
        trained: Description,
        training: &Evaluation,
        held_out: Option<Evaluation>,
    ) -> Self {
        let stamp = Stamp::new("offshelf-train");
        let (training_accuracy, training_mean_average_precision) = match training {
            Evaluation::OneClass(evaluation) => (Some(evaluation.accuracy), None),
            Evaluation::MultiLabel(evaluation) => (None, evaluation.mean_average_precision),
        };
        Self { stamp, path, trained, training_accuracy, training_mean_average_precision, held_out }
    }

    /// The document as text.
    pub fn text(&self) -> String {
        let Description { family, parameter, transform, origin, report, .. } = &self.trained;
        let training = match (self.training_accuracy, self.training_mean_average_precision) {
            (Some(accuracy), _) => format!("accuracy {}", percent(accuracy)),
            (None, Some(precision)) => format!("mAP {}", percent(precision)),
            (None, None) => "-".to_owned(),
        };
        let mut text = format!(
            "{family}, {parameter}, on {} (transform: {transform})\n\
             {} rows of {} classes, {} iterations, objective {:.6e}\n\
             training: {training}\n",
            origin.provenance.tap,
            origin.training.n_samples,
            origin.classes.len(),
            report.n_iter,
            report.objective,
        );
        if let Some(evaluation) = &self.held_out {
            text += &format!("held out: {}\n\n", summary(evaluation));
            text += &class_table(evaluation);
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
