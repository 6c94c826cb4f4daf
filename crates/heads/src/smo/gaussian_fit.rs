//! Problem: that of [`Smo`](crate::Smo) with functions of the features in place of `w.x`: for each
//! class against the rest, with `y_i` 1 or -1,
//!
//! ```text
//! min_(f, b)  1/2 ||f||^2 + C sum_i max(0, 1 - y_i (f(x_i) + b))
//! ```
//!
//! over the functions `f` of the kernel `exp(-gamma ||x - z||^2)` with their norm. The norm is
//! penalized, the intercept `b` is not, as in LIBSVM.
//!
//! Method and stop: those of [`Smo`](crate::Smo) (Fan, Chen and Lin, JMLR 6, 2005).

use linfa::{DatasetBase, traits::Fit};
use linfa_svm::Svm;
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Axis, Data, Ix2};
use rayon::prelude::*;

use super::{
    Gamma, GaussianSvmValidParams, KernelHead,
    binary::{Multipliers, ROUNDING},
};
use crate::{FitError, FitReport, Fitted, training_set::TrainingSet};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError>
    for GaussianSvmValidParams
{
    type Object = Fitted<KernelHead>;

    /// Fits the head to features `[n_samples, n_features]` and their classes.
    ///
    /// # Errors
    /// [`FitError::TooManySamples`] above `max_samples`; otherwise [`FitError`] if features or
    /// labels cannot be used.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted<KernelHead>, FitError> {
        FitError::check_sample_limit(dataset.records.nrows(), self.max_samples())?;
        let training = TrainingSet::new(dataset)?;
        let x = training.x().mapv(f64::from);
        let gamma = match self.gamma() {
            Gamma::Given(gamma) => gamma,
            Gamma::Scale => scale(&x),
        };
        let classes = (0..training.n_classes())
            .into_par_iter()
            .map(|class| {
                // linfa-svm divides the squared distance by its parameter.
                let params = Svm::params().gaussian_kernel(1.0 / gamma);
                let is_class = training.labels().mapv(|label| label == class);
                Multipliers::solve(params, &x, is_class, (self.c(), self.tol()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let head = head(training.x(), &classes, gamma);
        let report = self.report(&x, &classes, gamma);
        Ok(Fitted { head, report })
    }
}

impl GaussianSvmValidParams {
    /// The report of the slowest and the worst class, and the sum of objectives.
    fn report(&self, x: &Array2<f64>, classes: &[Multipliers], gamma: f64) -> FitReport {
        let kernel = kernel_matrix(x, gamma);
        let mut report = FitReport { n_iter: 0, converged: true, objective: 0.0, residual: 0.0 };
        for found in classes {
            let scores = kernel.dot(&found.signed);
            let penalty = 0.5 * found.signed.dot(&scores);
            let residual = found.violation(&scores, self.c());
            report.n_iter = report.n_iter.max(found.n_iter);
            report.converged &= residual <= self.tol() + ROUNDING;
            report.objective += penalty + self.c() * found.loss(&scores);
            report.residual = report.residual.max(residual);
        }
        report
    }
}

/// `1 / (n_features * variance)`; 1 of features that are all the same.
fn scale(x: &Array2<f64>) -> f64 {
    let variance = x.var(0.0);
    if variance > 0.0 { 1.0 / (x.ncols() as f64 * variance) } else { 1.0 }
}

/// The head over the rows that are support vectors of any class.
fn head(x: ArrayView2<'_, f32>, classes: &[Multipliers], gamma: f64) -> KernelHead {
    let is_support = |row: &usize| classes.iter().any(|found| found.signed[*row] != 0.0);
    let support: Vec<usize> = (0..x.nrows()).filter(is_support).collect();
    let dual_coef = Array2::from_shape_fn((classes.len(), support.len()), |(class, i)| {
        classes[class].signed[support[i]] as f32
    });
    let intercept = classes.iter().map(|found| found.intercept as f32).collect();
    KernelHead::from_parts(x.select(Axis(0), &support), dual_coef, intercept, gamma)
        .expect("a column for each support vector, and a checked gamma")
}

/// `[n_samples, n_samples]`.
fn kernel_matrix(x: &Array2<f64>, gamma: f64) -> Array2<f64> {
    let squares: Array1<f64> = x.rows().into_iter().map(|row| row.dot(&row)).collect();
    let mut kernel = x.dot(&x.t());
    for ((i, j), product) in kernel.indexed_iter_mut() {
        let distance = (squares[i] + squares[j] - 2.0 * *product).max(0.0);
        *product = (-gamma * distance).exp();
    }
    kernel
}
