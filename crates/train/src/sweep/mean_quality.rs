//! Means over the folds of a candidate.

use learn::FoldScore;
use serde::Serialize;

/// The mean of what decides over folds and seeds, how far it spreads, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MeanQuality {
    /// Of rows of one class each.
    OneClass {
        /// Mean accuracy.
        mean_accuracy: f64,
        /// Standard deviation of the accuracy (dividing by the number of fits, as scikit-learn's
        /// `std_test_score`).
        std_accuracy: f64,
        /// Standard error of the mean accuracy.
        standard_error: f64,
        /// Mean of the mean per-class accuracy.
        mean_class_accuracy: f64,
    },
    /// Of multilabel rows.
    MultiLabel {
        /// Mean of the mean average precision.
        mean_average_precision: f64,
        /// Standard deviation of the mean average precision, like that of an accuracy.
        std_average_precision: f64,
        /// Standard error of the mean.
        standard_error: f64,
    },
}

impl MeanQuality {
    /// The means over `folds`, at least one, which are those of divisions into `n_folds`.
    ///
    /// The standard error is the deviation over all scores (dividing by one less than their number)
    /// over the root of the number of folds. Divisions with other seeds divide the same rows once more:
    /// they make the deviation surer, not the error smaller. With a single fold it is that of a share,
    /// `sqrt(p (1 - p) / n_rows)`, for which a mean average precision is taken as well.
    pub fn of(folds: &[FoldScore], n_folds: usize) -> Self {
        let n_fits = folds.len() as f64;
        let mean_of = |of: &dyn Fn(f64) -> f64| {
            folds.iter().map(|fold| of(fold.quality.decisive())).sum::<f64>() / n_fits
        };
        let mean = mean_of(&|value| value);
        let variance = mean_of(&|value| (value - mean).powi(2));
        let standard_error = if n_folds == 1 {
            (mean * (1.0 - mean) / folds[0].n_rows as f64).sqrt()
        } else {
            (variance * n_fits / (n_fits - 1.0) / n_folds as f64).sqrt()
        };
        let of_classes = folds.iter().map(|fold| fold.quality.mean_class_accuracy());
        match of_classes.sum::<Option<f64>>() {
            Some(sum) => Self::OneClass {
                mean_accuracy: mean,
                std_accuracy: variance.sqrt(),
                standard_error,
                mean_class_accuracy: sum / n_fits,
            },
            None => Self::MultiLabel {
                mean_average_precision: mean,
                std_average_precision: variance.sqrt(),
                standard_error,
            },
        }
    }

    /// The mean of what decides: of accuracies, or of mean average precisions.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::OneClass { mean_accuracy, .. } => mean_accuracy,
            Self::MultiLabel { mean_average_precision, .. } => mean_average_precision,
        }
    }

    /// Its standard deviation over folds and seeds.
    pub fn spread(&self) -> f64 {
        match *self {
            Self::OneClass { std_accuracy, .. } => std_accuracy,
            Self::MultiLabel { std_average_precision, .. } => std_average_precision,
        }
    }

    /// The standard error of the mean.
    pub fn standard_error(&self) -> f64 {
        match *self {
            Self::OneClass { standard_error, .. } | Self::MultiLabel { standard_error, .. } => {
                standard_error
            }
        }
    }

    /// The mean of the mean per-class accuracy, where there is one.
    pub fn mean_class_accuracy(&self) -> Option<f64> {
        match *self {
            Self::OneClass { mean_class_accuracy, .. } => Some(mean_class_accuracy),
            Self::MultiLabel { .. } => None,
        }
    }
}
