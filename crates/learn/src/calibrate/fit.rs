//! Fitting the calibration that suits what scores mean.

use head::{Calibration, LinkName};
use ndarray::{ArrayView1, ArrayView2};

use super::platt::fit_platt;
use super::temperature::fit_temperature;

/// Scores that nothing can be fitted on.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// There are none.
    #[error("calibration needs held-out rows, and there are none")]
    NoRows,
    /// A score is NaN or infinite.
    #[error("the scores of held-out row {0} are not finite")]
    NotFinite(usize),
    /// Votes are probabilities already.
    #[error("neighbors vote with probabilities, which are not calibrated")]
    Probabilities,
}

/// Fits what suits `link` on held-out `scores` `[n_samples, n_classes]` and the label of each row.
///
/// # Errors
/// [`CalibrationError`].
pub(super) fn fit_calibration(
    link: LinkName,
    scores: ArrayView2<'_, f32>,
    labels: &[usize],
) -> Result<Calibration, CalibrationError> {
    if labels.is_empty() {
        return Err(CalibrationError::NoRows);
    }
    let is_finite = |row: ArrayView1<'_, f32>| row.iter().all(|score| score.is_finite());
    if let Some(row) = scores.rows().into_iter().position(|row| !is_finite(row)) {
        return Err(CalibrationError::NotFinite(row));
    }
    Ok(match link {
        LinkName::Margin => Calibration::Platt(fit_platt(scores, labels)),
        LinkName::Softmax => Calibration::Temperature(fit_temperature(scores, labels)),
        LinkName::Probabilities => return Err(CalibrationError::Probabilities),
    })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn scores_that_cannot_be_used_are_refused() {
        let none = fit_calibration(LinkName::Margin, Array2::zeros((0, 2)).view(), &[]);
        assert_eq!(none, Err(CalibrationError::NoRows));
        let scores = array![[0.0, 1.0], [f32::INFINITY, 0.0]];
        let infinite = fit_calibration(LinkName::Softmax, scores.view(), &[0, 1]);
        assert_eq!(infinite, Err(CalibrationError::NotFinite(1)));
        let shares = fit_calibration(LinkName::Probabilities, array![[0.0, 1.0]].view(), &[1]);
        let message = "neighbors vote with probabilities, which are not calibrated";
        assert_eq!(shares.unwrap_err().to_string(), message);
    }

    #[test]
    fn each_link_has_its_method_and_no_other() {
        let scores = array![[0.0, 1.0], [1.0, 0.5], [0.5, 0.0]];
        for (link, other) in
            [(LinkName::Margin, LinkName::Softmax), (LinkName::Softmax, LinkName::Margin)]
        {
            let fitted = fit_calibration(link, scores.view(), &[0, 1, 0]).unwrap();
            assert!(fitted.suits(link, 2) && !fitted.suits(other, 2));
            let json = serde_json::to_string(&fitted).unwrap();
            assert_eq!(serde_json::from_str::<Calibration>(&json).unwrap(), fitted, "{json}");
        }
    }
}
