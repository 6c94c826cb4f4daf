//! All metrics of some samples, by what these are labelled with.

use serde::Serialize;

use super::{
    Bootstrap, MultiLabelEvaluation, OneClassEvaluation, Predictions, Truth, bootstrap,
    bootstrap_multi_label, evaluate_multi_label, evaluate_one_class,
};

/// How good predictions for some samples are. In JSON the fields of the one or the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Evaluation {
    /// Samples of one class each.
    OneClass(OneClassEvaluation),
    /// Samples of any number of classes each.
    MultiLabel(MultiLabelEvaluation),
}

impl Evaluation {
    /// Evaluates `predictions` for `classes`, with intervals where they are asked for. There must be at
    /// least one sample.
    pub fn of(
        predictions: &Predictions,
        truth: Truth<'_>,
        classes: &[String],
        intervals: Option<Bootstrap>,
    ) -> Self {
        match truth {
            Truth::Classes(labels) => Self::OneClass(OneClassEvaluation {
                intervals: intervals.map(|options| bootstrap(predictions, labels, options)),
                ..evaluate_one_class(predictions, labels, classes)
            }),
            Truth::MultiLabel(labels) => {
                let scores = predictions.scores();
                let intervals =
                    intervals.map(|options| bootstrap_multi_label(scores, labels, options));
                let evaluation = evaluate_multi_label(scores, labels, classes);
                Self::MultiLabel(MultiLabelEvaluation { intervals, ..evaluation })
            }
        }
    }
}
