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

use linfa::{DatasetBase, traits::Fit};
use linfa_svm::Svm;
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use super::{
    SmoValidParams,
    binary::{Multipliers, ROUNDING},
};
use crate::{FitError, FitReport, Fitted, LinearHead, training_set::TrainingSet};

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
        FitError::check_sample_limit(dataset.records.nrows(), self.max_samples())?;
        let training = TrainingSet::new(dataset)?;
        let x = training.x().mapv(f64::from);
        let solutions = (0..training.n_classes())
            .into_par_iter()
            .map(|class| self.fit_class(&x, training.labels().mapv(|label| label == class)))
            .collect::<Result<Vec<_>, _>>()?;
        let head = LinearHead::of_margins(solutions.iter().map(|(weights, _)| &**weights));
        let report = FitReport::of_all(solutions.iter().map(|&(_, report)| report));
        Ok(Fitted { head, report })
    }
}

impl SmoValidParams {
    /// Weights, the intercept last, of one class against the rest: features
    /// `[n_samples, n_features]`, and which rows are of the class.
    fn fit_class(
        &self,
        x: &Array2<f64>,
        is_class: Array1<bool>,
    ) -> Result<(Vec<f64>, FitReport), FitError> {
        let found = Multipliers::solve(Svm::params(), x, is_class, (self.c(), self.tol()))?;
        let coef = found.signed.dot(x);
        let scores = x.dot(&coef);
        let residual = found.violation(&scores, self.c());
        let report = FitReport {
            n_iter: found.n_iter,
            converged: residual <= self.tol() + ROUNDING,
            objective: 0.5 * coef.dot(&coef) + self.c() * found.loss(&scores),
            residual,
        };
        let mut weights = coef.to_vec();
        weights.push(found.intercept);
        Ok((weights, report))
    }
}
