//! Problem: for each class against the rest, with `y_i` 1 or -1,
//!
//! ```text
//! min_(w, b)  1/2 ||w||^2 + C sum_i max(0, 1 - y_i (w.x_i + b))
//! ```
//!
//! `w` is penalized, the intercept `b` is not, as in LIBSVM; [`LinearSvm`](crate::LinearSvm)
//! penalizes it, so that the two differ a little where `C` is small.
//!
//! Method: linfa-svm's sequential minimal optimization in f64 (Fan, Chen and Lin, Working Set
//! Selection Using Second Order Information for Training Support Vector Machines, JMLR 6, 2005,
//! Algorithm 1 with selection WSS 3). It computes a dense `n_samples x n_samples` kernel entry by
//! entry for every class, which limits it to small data.
//!
//! Stop: when no pair of samples violates the optimality conditions by more than `tol`, which is
//! `m(alpha) - M(alpha) <= tol` in the paper. linfa-svm does not tell whether it got there, so the
//! violation is measured again on the solution; its limit of ten million steps is fixed.

use linfa::{DatasetBase, ParamGuard, traits::Fit};
use linfa_svm::Svm;
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use super::SmoValidParams;
use crate::{
    FitError, Fitted,
    one_vs_rest::{BinarySolution, assemble},
    training_set::TrainingSet,
};

/// Rounding of linfa-svm's gradients, which it updates step by step, allowed on top of `tol`.
const ROUNDING: f64 = 1e-9;

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for SmoValidParams {
    type Object = Fitted;

    /// Fits the head to features `[n_samples, n_features]` and their classes.
    ///
    /// # Errors
    /// [`FitError::TooManySamples`] above `max_samples`; otherwise [`FitError`] if features or
    /// labels cannot be used.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted, FitError> {
        let got = dataset.records.nrows();
        if got > self.max_samples() {
            return Err(FitError::TooManySamples { limit: self.max_samples(), got });
        }
        let training = TrainingSet::new(dataset)?;
        let x = training.x().mapv(f64::from);
        let solutions = (0..training.n_classes())
            .into_par_iter()
            .map(|class| self.fit_class(&x, training.labels().mapv(|label| label == class)))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(assemble(&solutions, training.n_features()))
    }
}

impl SmoValidParams {
    /// One class against the rest: features `[n_samples, n_features]`, and which rows are of the
    /// class.
    fn fit_class(
        &self,
        x: &Array2<f64>,
        is_class: Array1<bool>,
    ) -> Result<BinarySolution, FitError> {
        let signs = is_class.mapv(|is_class| if is_class { 1.0 } else { -1.0 });
        let problem = DatasetBase::new(x.view(), is_class.view());
        let svm = Svm::<f64, bool>::params()
            .pos_neg_weights(self.c(), self.c())
            .eps(self.tol())
            .check()?
            .fit(&problem)?;

        // linfa-svm returns `alpha_i y_i`.
        let signed_alphas = Array1::from_vec(svm.alpha.clone());
        let coef = signed_alphas.dot(x);
        let intercept = -svm.rho;
        let scores = x.dot(&coef);
        let margins = (&scores + intercept) * &signs;
        let loss: f64 = margins.iter().map(|margin| (1.0 - margin).max(0.0)).sum();
        let alphas = &signed_alphas * &signs;
        let residual = violation(&scores, &signs, &alphas, self.c());
        Ok(BinarySolution {
            objective: 0.5 * coef.dot(&coef) + self.c() * loss,
            coef,
            intercept,
            n_iter: steps(&svm),
            converged: residual <= self.tol() + ROUNDING,
            residual,
        })
    }
}

/// The largest violation by a pair: `max_(I_up) (y_i - w.x_i) - min_(I_low) (y_j - w.x_j)`.
fn violation(scores: &Array1<f64>, signs: &Array1<f64>, alphas: &Array1<f64>, c: f64) -> f64 {
    let (mut up, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
    for ((&score, &sign), &alpha) in scores.iter().zip(signs).zip(alphas) {
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

/// The number of steps, which linfa-svm tells in its `Display` text only: its first number.
fn steps(svm: &Svm<f64, bool>) -> usize {
    svm.to_string().split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_default()
}
