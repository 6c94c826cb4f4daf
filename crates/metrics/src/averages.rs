//! Precision, recall and F1 over all classes.

use serde::Serialize;

use super::class_counts::ClassCounts;

/// Precision, recall and F1 averaged in the three usual ways, over the classes that have rows or
/// predictions (scikit-learn's `precision_recall_fscore_support` with `average`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Averages {
    /// Mean over classes.
    #[serde(rename = "macro")]
    pub of_classes: Average,
    /// Of all rows together; with one class a row all three equal the accuracy.
    #[serde(rename = "micro")]
    pub of_rows: Average,
    /// Mean over classes, weighted by their rows.
    pub weighted: Average,
}

/// One way of averaging.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Average {
    /// Fraction of predictions that are right.
    pub precision: f64,
    /// Fraction of rows that are found.
    pub recall: f64,
    /// Harmonic mean of the two, class by class before averaging.
    pub f1: f64,
}

impl Averages {
    /// The averages that `counts` give. There must be at least one row.
    pub(crate) fn of(counts: &ClassCounts) -> Self {
        let accuracy = counts.accuracy();
        Self {
            of_classes: weighted(counts, |_| 1.0),
            of_rows: Average { precision: accuracy, recall: accuracy, f1: accuracy },
            weighted: weighted(counts, |class| counts.support[class] as f64),
        }
    }
}

fn weighted(counts: &ClassCounts, weight: impl Fn(usize) -> f64) -> Average {
    let total: f64 = counts.occurring().map(&weight).sum();
    let mean = |score: &dyn Fn(usize) -> f64| {
        counts.occurring().map(|class| weight(class) * score(class)).sum::<f64>() / total
    };
    Average {
        precision: mean(&|class| counts.precision(class)),
        recall: mean(&|class| counts.recall(class)),
        f1: mean(&|class| counts.f1(class)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_count_equally_or_by_their_rows() {
        // Three of four rows of class 0 are found, the one of class 1 is; class 2 does not occur.
        let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (1, 1)];
        let averages = Averages::of(&ClassCounts::count(3, pairs.into_iter()));
        assert_eq!(averages.of_classes.recall, (0.75 + 1.0) / 2.0);
        assert_eq!(averages.of_classes.precision, (1.0 + 0.5) / 2.0);
        assert_eq!(averages.of_rows, Average { precision: 0.8, recall: 0.8, f1: 0.8 });
        assert_eq!(averages.weighted.precision, (4.0 + 0.5) / 5.0);
    }
}
