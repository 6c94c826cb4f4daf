use thiserror::Error;

/// A parameter outside its range.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ParamError {
    /// `C` is not positive and finite.
    #[error("C must be positive and finite, got `{got}`")]
    C {
        /// The value given.
        got: f64,
    },
    /// The stopping tolerance is not positive and finite.
    #[error("tol must be positive and finite, got `{got}`")]
    Tol {
        /// The value given.
        got: f64,
    },
    /// No iteration is allowed.
    #[error("max_iter must be at least 1")]
    MaxIter,
    /// A class weight is not positive and finite.
    #[error("the weight of class `{class}` must be positive and finite, got `{got}`")]
    ClassWeight {
        /// The class, as its label.
        class: usize,
        /// The value given.
        got: f64,
    },
}

impl ParamError {
    /// Refuses a `C` that is not positive and finite.
    pub(crate) fn check_c(c: f64) -> Result<(), Self> {
        if c.is_finite() && c > 0.0 { Ok(()) } else { Err(Self::C { got: c }) }
    }

    /// Refuses a tolerance that is not positive and finite.
    pub(crate) fn check_tol(tol: f64) -> Result<(), Self> {
        if tol.is_finite() && tol > 0.0 { Ok(()) } else { Err(Self::Tol { got: tol }) }
    }

    /// Refuses a solver that may not do a single iteration.
    pub(crate) fn check_max_iter(max_iter: usize) -> Result<(), Self> {
        if max_iter > 0 { Ok(()) } else { Err(Self::MaxIter) }
    }
}
