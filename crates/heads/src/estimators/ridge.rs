use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::fit_single::fit_single;
use crate::{ClassWeight, FitError, Fitted, ParamError, PathLoss, PathOptions};

/// Ridge classifier: least squares on targets 1 and -1 with an unpenalized intercept.
#[derive(Debug, Clone, Copy)]
pub struct Ridge;

impl Ridge {
    /// The default parameters: `C` 1, uniform classes.
    pub fn params() -> RidgeParams {
        RidgeParams(RidgeValidParams { c: 1.0, class_weight: ClassWeight::Uniform })
    }
}

/// Parameters of [`Ridge`], not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct RidgeParams(RidgeValidParams);

/// Checked parameters of [`Ridge`].
#[derive(Debug, Clone, PartialEq)]
pub struct RidgeValidParams {
    c: f64,
    class_weight: ClassWeight,
}

impl RidgeParams {
    /// `C`, which multiplies the summed loss: `1 / (2 alpha)`.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// Weights that multiply `C` for the samples of each class.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }
}

impl RidgeValidParams {
    /// `C`, which multiplies the summed loss.
    pub fn c(&self) -> f64 {
        self.c
    }

    /// Weights that multiply `C` for the samples of each class.
    pub fn class_weight(&self) -> &ClassWeight {
        &self.class_weight
    }
}

impl ParamGuard for RidgeParams {
    type Checked = RidgeValidParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        ParamError::check_c(self.0.c)?;
        self.0.class_weight.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for RidgeValidParams {
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
        // Solved directly: no iteration, nothing random.
        let options = PathOptions {
            cs: vec![self.c],
            tol: 1.0,
            max_iter: 1,
            class_weight: self.class_weight.clone(),
            seed: 0,
            keep_heads: true,
        };
        fit_single(dataset, PathLoss::Ridge, &options)
    }
}
