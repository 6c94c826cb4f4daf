//! Hits, rows and predictions of each class, and the scores that follow from them.

/// What a confusion matrix says of each class on its own; every list is `[n_classes]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClassCounts {
    /// Rows of the class that were predicted as it.
    pub(crate) hits: Vec<u64>,
    /// Rows of the class.
    pub(crate) support: Vec<u64>,
    /// Rows predicted as the class.
    pub(crate) predicted: Vec<u64>,
}

impl ClassCounts {
    /// Counts pairs of label and prediction, both below `n_classes`.
    pub(crate) fn count(n_classes: usize, pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        let zeros = || vec![0; n_classes];
        let mut counts = Self { hits: zeros(), support: zeros(), predicted: zeros() };
        for (label, prediction) in pairs {
            counts.support[label] += 1;
            counts.predicted[prediction] += 1;
            counts.hits[label] += u64::from(label == prediction);
        }
        counts
    }

    /// Number of classes.
    pub(crate) fn n_classes(&self) -> usize {
        self.hits.len()
    }

    /// Fraction of all rows that were predicted correctly.
    pub(crate) fn accuracy(&self) -> f64 {
        ratio(self.hits.iter().sum(), self.support.iter().sum())
    }

    /// Mean recall over the classes that have rows.
    pub(crate) fn mean_class_accuracy(&self) -> f64 {
        let with_rows = (0..self.n_classes()).filter(|&class| self.support[class] > 0);
        let recalls: Vec<f64> = with_rows.map(|class| self.recall(class)).collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    /// Fraction of the rows predicted as `class` that are of it; 0 when there are none.
    pub(crate) fn precision(&self, class: usize) -> f64 {
        ratio(self.hits[class], self.predicted[class])
    }

    /// Fraction of the rows of `class` that were predicted as it; 0 when there are none.
    pub(crate) fn recall(&self, class: usize) -> f64 {
        ratio(self.hits[class], self.support[class])
    }

    /// Harmonic mean of precision and recall; 0 when there are neither rows nor predictions.
    pub(crate) fn f1(&self, class: usize) -> f64 {
        ratio(2 * self.hits[class], self.support[class] + self.predicted[class])
    }

    /// The classes that have rows or predictions.
    pub(crate) fn occurring(&self) -> impl Iterator<Item = usize> {
        (0..self.n_classes()).filter(|&class| self.support[class] + self.predicted[class] > 0)
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
        // Class 2 has no rows, class 1 is never predicted, class 3 does not occur.
        let counts = ClassCounts::count(4, [(0, 0), (0, 2), (1, 2)].into_iter());
        assert_eq!((counts.accuracy(), counts.mean_class_accuracy()), (1.0 / 3.0, 0.25));
        assert_eq!((counts.precision(0), counts.recall(0)), (1.0, 0.5));
        assert_eq!((counts.precision(1), counts.f1(1), counts.support[1]), (0.0, 0.0, 1));
        assert_eq!((counts.precision(2), counts.recall(2), counts.support[2]), (0.0, 0.0, 0));
        assert_eq!(counts.occurring().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
