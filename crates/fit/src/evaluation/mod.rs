//! How good predictions are.
//!
//! linfa has a `ConfusionMatrix`, but it counts in f32 (wrong beyond 2^24 rows, and 1e-7 at best),
//! leaves out classes that no row has, divides zero by zero, and returns recall under the name of
//! precision and the other way round. So counts and scores are our own; a test compares them with
//! scikit-learn's, and the accuracy with linfa's.

mod confusion;
mod log_loss;

use ndarray::ArrayView2;
use serde::Serialize;

pub use confusion::{ClassScores, ConfusionMatrix};
pub use log_loss::log_loss;

/// Scores of one head on one set of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Number of rows.
    pub n_samples: usize,
    /// Share of rows predicted correctly, 0 to 1.
    pub accuracy: f64,
    /// Mean recall over the classes that occur (scikit-learn's `balanced_accuracy_score`).
    pub mean_class_accuracy: f64,
    /// Mean negative log-likelihood, in nats; only heads with probabilities have one.
    pub log_loss: Option<f64>,
    /// Scores of each class.
    pub classes: Vec<ClassScores>,
    /// Counts, a row for each true class, a column for each predicted one.
    pub confusion: Vec<Vec<u64>>,
}

/// Evaluates `scores` `[n, n_classes]` against `labels` that index `classes`.
///
/// The prediction is the class of the highest score. `probabilistic` says that the scores are
/// logits, so that a log loss exists. There must be at least one row.
pub fn evaluate(
    scores: ArrayView2<'_, f32>,
    labels: &[usize],
    classes: &[String],
    probabilistic: bool,
) -> Evaluation {
    let predictions = argmax_rows(scores);
    let confusion = ConfusionMatrix::count(labels, &predictions, classes.len());
    Evaluation {
        n_samples: labels.len(),
        accuracy: confusion.accuracy(),
        mean_class_accuracy: confusion.mean_class_accuracy(),
        log_loss: probabilistic.then(|| log_loss(scores, labels)),
        classes: confusion.class_scores(classes),
        confusion: confusion.rows(),
    }
}

/// The column of the highest score in each row; the first of equals.
pub fn argmax_rows(scores: ArrayView2<'_, f32>) -> Vec<usize> {
    let argmax = |row: ndarray::ArrayView1<'_, f32>| {
        (1..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best })
    };
    scores.rows().into_iter().map(argmax).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_small_case_by_hand() {
        let scores = array![[2.0, 1.0], [0.0, 3.0], [5.0, 4.0], [1.0, 1.0]];
        let classes = ["cat".to_owned(), "dog".to_owned()];
        let evaluation = evaluate(scores.view(), &[0, 1, 1, 0], &classes, false);
        assert_eq!(evaluation.n_samples, 4);
        assert_eq!(evaluation.accuracy, 0.75);
        assert_eq!(evaluation.mean_class_accuracy, 0.75);
        assert_eq!(evaluation.log_loss, None);
        assert_eq!(evaluation.confusion, [[2, 0], [1, 1]]);
    }

    #[test]
    fn equal_scores_go_to_the_first_class() {
        assert_eq!(argmax_rows(array![[1.0, 1.0], [0.0, 1.0]].view()), [0, 1]);
    }
}
