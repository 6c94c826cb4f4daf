//! The numbers that heads are compared by when one is chosen.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::{ConfusionMatrix, Metric, Truth, argmax_rows};

/// How good scores are, by what their rows are labelled with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Quality {
    /// Of rows of one class each.
    OneClass {
        /// Fraction of rows predicted correctly, which decides.
        accuracy: f64,
        /// Mean recall over the classes that they have.
        mean_class_accuracy: f64,
    },
    /// Of multilabel rows.
    MultiLabel {
        /// [`Metric::MeanAveragePrecision`], over the classes that have positive rows; 0 where none has.
        mean_average_precision: f64,
    },
}

impl Quality {
    /// The quality of `scores` `[n_samples, n_classes]` for rows labelled with `truth`.
    ///
    /// # Examples
    ///
    /// ```
    /// use metrics::{Quality, Truth};
    /// use ndarray::array;
    ///
    /// let scores = array![[2.0, 1.0], [0.5, 3.0], [5.0, 4.0], [0.0, 1.0]];
    /// let quality = Quality::of(scores.view(), Truth::Classes(&[0, 1, 1, 1]));
    /// assert_eq!(quality.decisive(), 0.75);
    /// ```
    pub fn of(scores: ArrayView2<'_, f32>, truth: Truth<'_>) -> Self {
        match truth {
            Truth::Classes(labels) => {
                let confusion =
                    ConfusionMatrix::count(labels, &argmax_rows(scores), scores.ncols());
                Self::OneClass {
                    accuracy: confusion.accuracy(),
                    mean_class_accuracy: confusion.mean_class_accuracy(),
                }
            }
            Truth::MultiLabel(_) => {
                let measured = Metric::MeanAveragePrecision.measure(scores, truth, None);
                let mean_average_precision = measured.map_or(0.0, |measured| measured.value);
                Self::MultiLabel { mean_average_precision }
            }
        }
    }

    /// The mean recall over classes, where rows have one class.
    pub fn mean_class_accuracy(self) -> Option<f64> {
        match self {
            Self::OneClass { mean_class_accuracy, .. } => Some(mean_class_accuracy),
            Self::MultiLabel { .. } => None,
        }
    }

    /// The number by which one is better than another.
    pub fn decisive(self) -> f64 {
        match self {
            Self::OneClass { accuracy, .. } => accuracy,
            Self::MultiLabel { mean_average_precision } => mean_average_precision,
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn labels_decide_what_counts() {
        let scores = array![[2.0, 1.0], [0.0, 3.0], [5.0, 4.0], [1.0, 0.0]];
        let one = Quality::of(scores.view(), Truth::Classes(&[0, 1, 1, 0]));
        let expected = Quality::OneClass { accuracy: 0.75, mean_class_accuracy: 0.75 };
        assert_eq!((one, one.decisive()), (expected, 0.75));
        // Cats are ranked second and third, dogs first; the ignored row does not count.
        let truth = array![[1, -1], [-1, 0], [-1, 1], [1, -1]];
        let multilabel = Quality::of(scores.view(), Truth::MultiLabel(truth.view()));
        let mean = ((0.5 + 2.0 / 3.0) / 2.0 + 1.0) / 2.0;
        assert!((multilabel.decisive() - mean).abs() < 1e-12, "{multilabel:?}");
        let nothing = truth.mapv(|label| label.min(0));
        let nothing = Quality::of(scores.view(), Truth::MultiLabel(nothing.view()));
        assert_eq!(nothing.decisive(), 0.0);
    }

    #[test]
    fn json_has_the_numbers_by_their_names() {
        for json in
            [r#"{"accuracy":0.5,"mean_class_accuracy":0.25}"#, r#"{"mean_average_precision":0.75}"#]
        {
            let quality: Quality = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&quality).unwrap(), json);
        }
    }
}
