//! What `fit train` says.

use console::shown;
use head::Description;
use metrics::Evaluation;
use serde::Serialize;
use train::{ChosenRows, TrainReport};

use super::head_evaluation::{class_table, summary};
use super::rows;
use results::percent;

/// A report with the file that its head was written to.
#[derive(Serialize)]
pub(crate) struct TrainDocument<'a> {
    path: &'a str,
    trained: &'a Description,
    /// On the rows trained on, where rows have one class.
    #[serde(skip_serializing_if = "Option::is_none")]
    training_accuracy: Option<f64>,
    /// On the rows trained on, where they have several labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    training_mean_average_precision: Option<f64>,
    held_out: Option<&'a Evaluation>,
    rows: &'a ChosenRows,
}

impl<'a> TrainDocument<'a> {
    pub(crate) fn new(path: &'a str, report: &'a TrainReport) -> Self {
        let (training_accuracy, training_mean_average_precision) = match &report.training {
            Evaluation::OneClass(evaluation) => (Some(evaluation.accuracy), None),
            Evaluation::MultiLabel(evaluation) => (None, evaluation.mean_average_precision),
        };
        let (trained, held_out) = (&report.head.description, report.held_out.as_ref());
        Self {
            path,
            trained,
            training_accuracy,
            training_mean_average_precision,
            held_out,
            rows: &report.rows,
        }
    }

    /// The document as text.
    pub(crate) fn text(&self) -> String {
        let Description { spec, transform, origin, report, .. } = self.trained;
        let training = match (self.training_accuracy, self.training_mean_average_precision) {
            (Some(accuracy), _) => format!("accuracy {}", percent(accuracy)),
            (None, Some(precision)) => format!("mAP {}", percent(precision)),
            (None, None) => "-".to_owned(),
        };
        let mut text = format!(
            "{spec}, {}, on {} (transform: {transform})\n\
             {} rows of {} classes, {} iterations, objective {:.6e}\n\
             {}training: {training}\n",
            spec.number(),
            shown(&origin.provenance.tap),
            origin.training.n_samples,
            origin.classes.len(),
            report.n_iter,
            report.objective,
            rows::text(self.rows),
        );
        if let Some(evaluation) = self.held_out {
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
        text + &format!("head: {}\n", shown(self.path))
    }
}
