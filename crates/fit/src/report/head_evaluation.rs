//! The evaluation of a head as text, by what its rows are labelled with.

use metrics::Evaluation;

use super::{multi_label_metrics, one_class_metrics};

/// One line with the numbers that matter most.
pub(super) fn summary(evaluation: &Evaluation) -> String {
    match evaluation {
        Evaluation::OneClass(evaluation) => one_class_metrics::summary(evaluation),
        Evaluation::MultiLabel(evaluation) => multi_label_metrics::summary(evaluation),
    }
}

/// A row for each class.
pub(super) fn class_table(evaluation: &Evaluation) -> String {
    match evaluation {
        Evaluation::OneClass(evaluation) => one_class_metrics::class_table(evaluation),
        Evaluation::MultiLabel(evaluation) => multi_label_metrics::class_table(evaluation),
    }
}
