use linfa::ParamGuard;

use crate::{ClassWeight, ParamError};

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
