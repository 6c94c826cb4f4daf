use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::fit_single::fit_single;
use crate::{ClassWeight, FitError, Fitted, ParamError, PathLoss, PathOptions};

/// Multinomial logistic regression: a head with probabilities.
#[derive(Debug, Clone, Copy)]
pub struct Softmax;

impl Softmax {
    /// The default parameters: `C` 1, `tol` 1e-6, `max_iter` 1000, uniform classes.
    pub fn params() -> SoftmaxParams {
        SoftmaxParams(SoftmaxValidParams {
            c: 1.0,
            tol: 1e-6,
            max_iter: 1000,
            class_weight: ClassWeight::Uniform,
        })
    }
}

/// Parameters of [`Softmax`], not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftmaxParams(SoftmaxValidParams);

/// Checked parameters of [`Softmax`].
#[derive(Debug, Clone, PartialEq)]
pub struct SoftmaxValidParams {
    c: f64,
    tol: f64,
    max_iter: usize,
    class_weight: ClassWeight,
}

impl SoftmaxParams {
    /// `C`, which multiplies the summed loss.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// The duality gap, relative to the objective, at which to stop.
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.tol = tol;
        self
    }

    /// The largest number of iterations.
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.0.max_iter = max_iter;
        self
    }

    /// Weights that multiply `C` for the samples of each class.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }
}

impl SoftmaxValidParams {
    /// `C`, which multiplies the summed loss.
    pub fn c(&self) -> f64 {
        self.c
    }

    /// The duality gap, relative to the objective, at which to stop.
    pub fn tol(&self) -> f64 {
        self.tol
    }

    /// The largest number of iterations.
    pub fn max_iter(&self) -> usize {
        self.max_iter
    }

    /// Weights that multiply `C` for the samples of each class.
    pub fn class_weight(&self) -> &ClassWeight {
        &self.class_weight
    }
}

impl ParamGuard for SoftmaxParams {
    type Checked = SoftmaxValidParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        ParamError::check_c(self.0.c)?;
        ParamError::check_tol(self.0.tol)?;
        ParamError::check_max_iter(self.0.max_iter)?;
        self.0.class_weight.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for SoftmaxValidParams {
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
        let options = PathOptions {
            cs: vec![self.c],
            tol: self.tol,
            max_iter: self.max_iter,
            class_weight: self.class_weight.clone(),
            seed: 0,
            keep_heads: true,
        };
        fit_single(dataset, PathLoss::Softmax, &options)
    }
}
