//! The evaluation of a head as text, by what its rows are labelled with.

use super::{metrics, multi_label_metrics};
use crate::evaluation::HeadEvaluation;

/// One line with the numbers that matter most.
pub(super) fn summary(evaluation: &HeadEvaluation) -> String {
    match evaluation {
        HeadEvaluation::OneClass(evaluation) => metrics::summary(evaluation),
        HeadEvaluation::Several(evaluation) => multi_label_metrics::summary(evaluation),
    }
}

/// A row for each class.
pub(super) fn class_table(evaluation: &HeadEvaluation) -> String {
    match evaluation {
        HeadEvaluation::OneClass(evaluation) => metrics::class_table(evaluation),
        HeadEvaluation::Several(evaluation) => multi_label_metrics::class_table(evaluation),
    }
}
