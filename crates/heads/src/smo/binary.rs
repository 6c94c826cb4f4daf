//! One class against the rest by linfa-svm, with any kernel.

use linfa::{DatasetBase, ParamGuard, traits::Fit};
use linfa_svm::{Svm, SvmParams};
use ndarray::{Array1, Array2};

use crate::FitError;

/// Rounding of linfa-svm's gradients, which it updates step by step, allowed on top of `tol`.
pub(super) const ROUNDING: f64 = 1e-9;

/// The multipliers that linfa-svm found for one class.
pub(super) struct Multipliers {
    /// `alpha_i y_i`, `[n_samples]`.
    pub(super) signed: Array1<f64>,
    /// 1 or -1, `[n_samples]`.
    signs: Array1<f64>,
    pub(super) intercept: f64,
    pub(super) n_iter: usize,
}

impl Multipliers {
    /// Solves one class: features `[n_samples, n_features]`, and which rows are of the class.
    pub(super) fn solve(
        params: SvmParams<f64, bool>,
        x: &Array2<f64>,
        is_class: Array1<bool>,
        (c, tol): (f64, f64),
    ) -> Result<Self, FitError> {
        let problem = DatasetBase::new(x.view(), is_class.view());
        let svm = params.pos_neg_weights(c, c).eps(tol).check()?.fit(&problem)?;
        let signs = is_class.mapv(|is_class| if is_class { 1.0 } else { -1.0 });
        // linfa-svm returns `alpha_i y_i`.
        let signed = Array1::from_vec(svm.alpha.clone());
        Ok(Self { signed, signs, intercept: -svm.rho, n_iter: steps(&svm) })
    }

    /// The summed hinge loss, given the scores without the intercept.
    pub(super) fn loss(&self, scores: &Array1<f64>) -> f64 {
        let margins = (scores + self.intercept) * &self.signs;
        margins.iter().map(|margin| (1.0 - margin).max(0.0)).sum()
    }

    /// The largest violation by a pair: `max_(I_up) (y_i - s_i) - min_(I_low) (y_j - s_j)`, with `s`
    /// the scores without the intercept.
    pub(super) fn violation(&self, scores: &Array1<f64>, c: f64) -> f64 {
        let (mut up, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
        for ((&score, &sign), &signed) in scores.iter().zip(&self.signs).zip(&self.signed) {
            let alpha = sign * signed;
            let (can_grow, can_shrink) = (alpha < c, alpha > 0.0);
            let (in_up, in_low) =
                if sign > 0.0 { (can_grow, can_shrink) } else { (can_shrink, can_grow) };
            if in_up {
                up = up.max(sign - score);
            }
            if in_low {
                low = low.min(sign - score);
            }
        }
        (up - low).max(0.0)
    }
}

/// The number of steps, which linfa-svm tells in its `Display` text only: its first number.
fn steps(svm: &Svm<f64, bool>) -> usize {
    svm.to_string().split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_default()
}
