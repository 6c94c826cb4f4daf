//! The evaluation of a head, by what its rows are labelled with.

use serde::Serialize;

use super::{
    Bootstrap, Evaluation, MultiLabelEvaluation, Predictions, bootstrap, bootstrap_multi_label,
    evaluate, evaluate_multi_label,
};
use crate::labels::Labels;

/// What a head is worth on some rows. In JSON the fields of the one or the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum HeadEvaluation {
    /// On rows of one class each.
    OneClass(Evaluation),
    /// On rows of several labels each.
    Several(MultiLabelEvaluation),
}

impl HeadEvaluation {
    /// Evaluates `predictions` against `labels` for `classes`, with intervals where they are asked for.
    /// There must be at least one row.
    pub fn of(
        predictions: &Predictions,
        labels: &Labels,
        classes: &[String],
        intervals: Option<Bootstrap>,
    ) -> Self {
        match labels {
            Labels::Classes(labels) => Self::OneClass(Evaluation {
                intervals: intervals.map(|options| bootstrap(predictions, labels, options)),
                ..evaluate(predictions, labels, classes)
            }),
            Labels::Sets(labels) => {
                let (scores, truth) = (predictions.scores(), labels.view());
                let intervals =
                    intervals.map(|options| bootstrap_multi_label(scores, truth, options));
                let evaluation = evaluate_multi_label(scores, truth, classes);
                Self::Several(MultiLabelEvaluation { intervals, ..evaluation })
            }
        }
    }
}
