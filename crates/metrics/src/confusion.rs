//! The confusion matrix.

use ndarray::{Array2, Axis};

use super::class_counts::ClassCounts;

/// Counts of (true class, predicted class), `[n_classes, n_classes]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix(Array2<u64>);

/// Rows of one class that were predicted as one other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confused {
    /// The class of the rows.
    pub label: usize,
    /// The class predicted.
    pub prediction: usize,
    /// How many rows.
    pub rows: u64,
}

impl ConfusionMatrix {
    /// Counts pairs of `labels` and `predictions`, both of equal length and below `n_classes`.
    ///
    /// # Examples
    ///
    /// ```
    /// use metrics::ConfusionMatrix;
    ///
    /// let matrix = ConfusionMatrix::count(&[0, 0, 1], &[0, 1, 1], 2);
    /// assert_eq!(matrix.rows(), [[1, 1], [0, 1]]);
    /// ```
    pub fn count(labels: &[usize], predictions: &[usize], n_classes: usize) -> Self {
        let mut counts = Array2::zeros((n_classes, n_classes));
        for (&label, &prediction) in labels.iter().zip(predictions) {
            counts[[label, prediction]] += 1;
        }
        Self(counts)
    }

    /// Fraction of all rows that lie on the diagonal.
    pub fn accuracy(&self) -> f64 {
        self.class_counts().accuracy()
    }

    /// Mean recall over the classes that have rows.
    pub fn mean_class_accuracy(&self) -> f64 {
        self.class_counts().mean_class_accuracy()
    }

    /// Diagonal, row sums and column sums.
    pub(crate) fn class_counts(&self) -> ClassCounts {
        ClassCounts {
            hits: self.0.diag().to_vec(),
            support: self.0.sum_axis(Axis(1)).to_vec(),
            predicted: self.0.sum_axis(Axis(0)).to_vec(),
        }
    }

    /// The `n` largest counts off the diagonal, those of equal size in the order of the classes;
    /// counts of zero are left out.
    pub fn most_confused(&self, n: usize) -> Vec<Confused> {
        let pairs = self.0.indexed_iter().map(|((label, prediction), &rows)| Confused {
            label,
            prediction,
            rows,
        });
        let mut pairs: Vec<_> =
            pairs.filter(|pair| pair.label != pair.prediction && pair.rows > 0).collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.rows));
        pairs.truncate(n);
        pairs
    }

    /// The counts as nested lists, a list for each true class.
    pub fn rows(&self) -> Vec<Vec<u64>> {
        self.0.axis_iter(Axis(0)).map(|row| row.to_vec()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_go_to_true_rows_and_predicted_columns() {
        let matrix = ConfusionMatrix::count(&[0, 0, 1], &[0, 2, 2], 3);
        assert_eq!(matrix.rows(), [[1, 0, 1], [0, 0, 1], [0, 0, 0]]);
        let pairs = [(0, 0), (0, 2), (1, 2)].into_iter();
        assert_eq!(matrix.class_counts(), ClassCounts::count(3, pairs));
        assert_eq!((matrix.accuracy(), matrix.mean_class_accuracy()), (1.0 / 3.0, 0.25));
    }

    #[test]
    fn the_most_confused_come_first_and_hits_never() {
        let matrix = ConfusionMatrix::count(&[0, 0, 0, 0, 1, 1, 2], &[0, 0, 0, 1, 2, 2, 0], 3);
        let confused = |label, prediction, rows| Confused { label, prediction, rows };
        let all = [confused(1, 2, 2), confused(0, 1, 1), confused(2, 0, 1)];
        assert_eq!(matrix.most_confused(9), all);
        assert_eq!(matrix.most_confused(2), all[..2]);
    }
}
