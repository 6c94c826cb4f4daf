//! The confusion matrix and the scores that follow from it.

use ndarray::{Array2, Axis};
use serde::Serialize;

/// Counts of (true class, predicted class), `[n_classes, n_classes]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix(Array2<u64>);

/// How one class fared. A ratio whose denominator is zero is 0, as in scikit-learn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassScores {
    /// The class.
    pub name: String,
    /// Share of the rows predicted as this class that are of it.
    pub precision: f64,
    /// Share of the rows of this class that were predicted as it.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Rows of this class.
    pub support: u64,
}

impl ConfusionMatrix {
    /// Counts pairs of `labels` and `predictions`, both of equal length and below `n_classes`.
    pub fn count(labels: &[usize], predictions: &[usize], n_classes: usize) -> Self {
        let mut counts = Array2::zeros((n_classes, n_classes));
        for (&label, &prediction) in labels.iter().zip(predictions) {
            counts[[label, prediction]] += 1;
        }
        Self(counts)
    }

    /// Share of all rows that lie on the diagonal.
    pub fn accuracy(&self) -> f64 {
        ratio(self.0.diag().sum(), self.0.sum())
    }

    /// Mean recall over the classes that have rows.
    pub fn mean_class_accuracy(&self) -> f64 {
        let rows = self.0.axis_iter(Axis(0)).enumerate();
        let recalls: Vec<f64> = rows
            .map(|(class, row)| (row[class], row.sum()))
            .filter(|&(_, support)| support > 0)
            .map(|(hits, support)| ratio(hits, support))
            .collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    /// Precision, recall, F1 and support of each class, named by `classes`.
    pub fn class_scores(&self, classes: &[String]) -> Vec<ClassScores> {
        let scores = |(class, name): (usize, &String)| {
            let hits = self.0[[class, class]];
            let support = self.0.row(class).sum();
            let predicted = self.0.column(class).sum();
            ClassScores {
                name: name.clone(),
                precision: ratio(hits, predicted),
                recall: ratio(hits, support),
                f1: ratio(2 * hits, support + predicted),
                support,
            }
        };
        classes.iter().enumerate().map(scores).collect()
    }

    /// The counts as nested lists, a list for each true class.
    pub fn rows(&self) -> Vec<Vec<u64>> {
        self.0.axis_iter(Axis(0)).map(|row| row.to_vec()).collect()
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_without_rows_or_predictions_score_zero_and_do_not_count() {
        // Class 2 has no rows; class 1 is never predicted.
        let matrix = ConfusionMatrix::count(&[0, 0, 1], &[0, 2, 2], 3);
        assert_eq!(matrix.accuracy(), 1.0 / 3.0);
        assert_eq!(matrix.mean_class_accuracy(), 0.25);
        let scores = matrix.class_scores(&["a".into(), "b".into(), "c".into()]);
        assert_eq!((scores[0].precision, scores[0].recall), (1.0, 0.5));
        assert_eq!((scores[1].precision, scores[1].f1, scores[1].support), (0.0, 0.0, 1));
        assert_eq!((scores[2].precision, scores[2].recall, scores[2].support), (0.0, 0.0, 0));
        assert_eq!(matrix.rows(), [[1, 0, 1], [0, 0, 1], [0, 0, 0]]);
    }
}
