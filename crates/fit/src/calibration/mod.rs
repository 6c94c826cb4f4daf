//! Probabilities from scores, fitted on rows that the head has not seen.
//!
//! Margins say nothing of probabilities, and those of a softmax head tend to be too sure.
//! [`Platt`] fits a sigmoid to the margins of each class, [`Temperature`] divides all logits by one
//! number. Both are fitted on held-out scores `[n_samples, n_classes]` and labels, wherever these
//! come from; [`calibrate`](crate::held_out_calibration::calibrate) gets them by cross-validation.

mod log_normalize;
mod platt;
mod sigmoid;
mod temperature;

use std::fmt;

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::link::LinkName;

pub use platt::Platt;
pub use sigmoid::Sigmoid;
pub use temperature::Temperature;

/// What makes probabilities of scores. In JSON `{"method": "platt", "slope": [...], ...}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
pub enum Calibration {
    /// A sigmoid for each class, for margins.
    Platt(Platt),
    /// A temperature, for logits.
    Temperature(Temperature),
}

/// Scores that nothing can be fitted on.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// There are none.
    #[error("calibration needs held-out rows, and there are none")]
    NoRows,
    /// A score is NaN or infinite.
    #[error(
        "the scores of held-out row {0} are not finite\nhint: use a smaller C, or `--normalize l2`"
    )]
    NotFinite(usize),
    /// Shares of votes are probabilities already.
    #[error(
        "neighbors vote with probabilities, which are not calibrated\nhint: leave `--calibrate` out"
    )]
    Shares,
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platt(_) => f.write_str("a sigmoid for each class"),
            Self::Temperature(Temperature { temperature }) => {
                write!(f, "temperature {temperature:.3}")
            }
        }
    }
}

impl Calibration {
    /// Fits what suits `link` on held-out `scores` `[n_samples, n_classes]` and the label of each row.
    ///
    /// # Errors
    /// [`CalibrationError`].
    pub fn fit(
        link: LinkName,
        scores: ArrayView2<'_, f32>,
        labels: &[usize],
    ) -> Result<Self, CalibrationError> {
        if labels.is_empty() {
            return Err(CalibrationError::NoRows);
        }
        let is_finite =
            |row: ndarray::ArrayView1<'_, f32>| row.iter().all(|score| score.is_finite());
        if let Some(row) = scores.rows().into_iter().position(|row| !is_finite(row)) {
            return Err(CalibrationError::NotFinite(row));
        }
        Ok(match link {
            LinkName::Margin => Self::Platt(Platt::fit(scores, labels)),
            LinkName::Softmax => Self::Temperature(Temperature::fit(scores, labels)),
            LinkName::Shares => return Err(CalibrationError::Shares),
        })
    }

    /// Natural logarithms of probabilities, `[n_samples, n_classes]`, of scores of that shape.
    pub fn log_probabilities(&self, scores: ArrayView2<'_, f32>) -> Array2<f64> {
        match self {
            Self::Platt(platt) => platt.log_probabilities(scores),
            Self::Temperature(temperature) => temperature.log_probabilities(scores),
        }
    }

    /// Whether this can be applied to scores of `n_classes` that `link` describes.
    pub fn suits(&self, link: LinkName, n_classes: usize) -> bool {
        match self {
            Self::Platt(platt) => link == LinkName::Margin && platt.is_sound(n_classes),
            Self::Temperature(temperature) => link == LinkName::Softmax && temperature.is_sound(),
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn scores_that_cannot_be_used_are_refused() {
        let none = Calibration::fit(LinkName::Margin, Array2::zeros((0, 2)).view(), &[]);
        assert_eq!(none, Err(CalibrationError::NoRows));
        let scores = array![[0.0, 1.0], [f32::INFINITY, 0.0]];
        let infinite = Calibration::fit(LinkName::Softmax, scores.view(), &[0, 1]);
        assert_eq!(infinite, Err(CalibrationError::NotFinite(1)));
        let shares = Calibration::fit(LinkName::Shares, array![[0.0, 1.0]].view(), &[1]);
        assert_eq!(shares, Err(CalibrationError::Shares));
    }

    #[test]
    fn each_link_has_its_method_and_no_other() {
        let scores = array![[0.0, 1.0], [1.0, 0.5], [0.5, 0.0]];
        for (link, other) in
            [(LinkName::Margin, LinkName::Softmax), (LinkName::Softmax, LinkName::Margin)]
        {
            let fitted = Calibration::fit(link, scores.view(), &[0, 1, 0]).unwrap();
            assert!(fitted.suits(link, 2) && !fitted.suits(other, 2));
            let json = serde_json::to_string(&fitted).unwrap();
            assert_eq!(serde_json::from_str::<Calibration>(&json).unwrap(), fitted, "{json}");
        }
    }
}
