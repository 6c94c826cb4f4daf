use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::fit_single::fit_single;
use crate::{ClassWeight, FitError, Fitted, HingeLoss, ParamError, PathLoss, PathOptions};

/// One-vs-rest linear support vector machine with a penalized intercept.
#[derive(Debug, Clone, Copy)]
pub struct LinearSvm;

impl LinearSvm {
    /// The default parameters: hinge loss, `C` 1, `tol` 1e-4, `max_iter` 10,000, uniform
    /// classes, seed 0.
    pub fn params() -> LinearSvmParams {
        LinearSvmParams(LinearSvmValidParams {
            loss: HingeLoss::Hinge,
            c: 1.0,
            tol: 1e-4,
            max_iter: 10_000,
            class_weight: ClassWeight::Uniform,
            seed: 0,
        })
    }
}

/// Parameters of [`LinearSvm`], not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvmParams(LinearSvmValidParams);

/// Checked parameters of [`LinearSvm`].
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvmValidParams {
    loss: HingeLoss,
    c: f64,
    tol: f64,
    max_iter: usize,
    class_weight: ClassWeight,
    seed: u64,
}

impl LinearSvmParams {
    /// The loss.
    pub fn loss(mut self, loss: HingeLoss) -> Self {
        self.0.loss = loss;
        self
    }

    /// `C`, which multiplies the summed loss.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// The relative duality gap and violation at which to stop: an objective within `tol` of the
    /// optimum, and scores within about `tol` of their spread.
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.tol = tol;
        self
    }

    /// The largest number of passes over the data, for each class.
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.0.max_iter = max_iter;
        self
    }

    /// Weights that multiply `C` for the samples of each class.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// The seed of the order in which samples are visited.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl LinearSvmValidParams {
    /// The loss.
    pub fn loss(&self) -> HingeLoss {
        self.loss
    }

    /// `C`, which multiplies the summed loss.
    pub fn c(&self) -> f64 {
        self.c
    }

    /// The relative duality gap and violation at which to stop.
    pub fn tol(&self) -> f64 {
        self.tol
    }

    /// The largest number of passes over the data, for each class.
    pub fn max_iter(&self) -> usize {
        self.max_iter
    }

    /// Weights that multiply `C` for the samples of each class.
    pub fn class_weight(&self) -> &ClassWeight {
        &self.class_weight
    }

    /// The seed of the order in which samples are visited.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

impl ParamGuard for LinearSvmParams {
    type Checked = LinearSvmValidParams;
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

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for LinearSvmValidParams {
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
            seed: self.seed,
            keep_heads: true,
        };
        fit_single(dataset, PathLoss::Svm(self.loss), &options)
    }
}
