use std::marker::PhantomData;

use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::fit_single::fit_single;
use crate::{ClassWeight, FitError, Fitted, ParamError, PathLoss, PathOptions};

/// Parameters of the estimator `E`, not checked yet: [`Softmax`](crate::Softmax),
/// [`LinearSvm`](crate::LinearSvm) or [`Ridge`](crate::Ridge).
#[derive(Debug, Clone, PartialEq)]
pub struct Params<E>(pub(super) ValidParams<E>);

/// Checked parameters of the estimator `E`.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidParams<E> {
    estimator: PhantomData<E>,
    pub(super) loss: PathLoss,
    /// Those of a path of one C.
    pub(super) options: PathOptions,
}

impl<E> Params<E> {
    /// Parameters with `C` 1, uniform classes and seed 0.
    pub(super) fn new(loss: PathLoss, tol: f64, max_iter: usize) -> Self {
        let class_weight = ClassWeight::Uniform;
        let options =
            PathOptions { cs: vec![1.0], tol, max_iter, class_weight, seed: 0, keep_heads: true };
        Self(ValidParams { estimator: PhantomData, loss, options })
    }

    /// `C`, which multiplies the summed loss. That of ridge is `1 / (2 alpha)`.
    pub fn c(mut self, c: f64) -> Self {
        self.0.options.cs = vec![c];
        self
    }

    /// Weights that multiply `C` for the samples of each class.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.options.class_weight = class_weight;
        self
    }
}

impl<E> ParamGuard for Params<E> {
    type Checked = ValidParams<E>;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        self.0.options.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<E, D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for ValidParams<E> {
    type Object = Fitted;

    /// Fits the head to features `[n_samples, n_features]` and their classes: a path of one point, see
    /// [`solve_path`](crate::solve_path).
    ///
    /// # Errors
    /// [`FitError`] if features or labels cannot be used; see its variants.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted, FitError> {
        fit_single(dataset, self.loss, &self.options)
    }
}
