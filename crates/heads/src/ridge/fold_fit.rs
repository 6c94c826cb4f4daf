use faer::{Mat, MatRef};
use ndarray::{Array1, Array2};

use crate::{FitReport, LinearHead, Link};

/// The fit of one fold at one C.
pub(super) struct FoldFit {
    /// Scores of the rows that the fold holds out, `[held_out, n_classes]`.
    pub(super) held_out: Mat<f64>,
    /// The objective, summed over the classes.
    pub(super) objective: f64,
    /// The head, if it was asked for.
    pub(super) head: Option<LinearHead>,
}

/// What a direct solution reports: one iteration, and nothing left to do.
pub(super) fn report(objective: f64) -> FitReport {
    FitReport { n_iter: 1, converged: true, objective, residual: 0.0 }
}

/// The head of weights `[n_features, n_classes]` and constants `[n_classes]` for features about
/// `mean` `[n_features]`.
pub(super) fn head_about(
    mean: &[f64],
    weights: MatRef<'_, f64>,
    constants: impl Iterator<Item = f64>,
) -> LinearHead {
    let coef = Array2::from_shape_fn((weights.ncols(), weights.nrows()), |(class, feature)| {
        weights[(feature, class)]
    });
    let at_mean = coef.dot(&Array1::from_vec(mean.to_vec()));
    let intercept = Array1::from_iter(constants) - at_mean;
    LinearHead::rounded(coef.view(), intercept.view(), Link::Margin)
}
