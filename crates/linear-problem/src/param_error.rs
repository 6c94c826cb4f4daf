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
    /// No neighbor may vote.
    #[error("the number of neighbors must be at least 1")]
    NeighborCount,
    /// `gamma` of a kernel is not positive and finite.
    #[error("gamma must be positive and finite, got `{got}`")]
    Gamma {
        /// The value given.
        got: f64,
    },
    /// The temperature of votes is not positive and finite.
    #[error("the temperature must be positive and finite, got `{got}`")]
    Temperature {
        /// The value given.
        got: f64,
    },
    /// The learning rate is not positive and finite.
    #[error("the learning rate must be positive and finite, got `{got}`")]
    LearningRate {
        /// The value given.
        got: f64,
    },
    /// A batch has no row.
    #[error("the size of a batch must be at least 1")]
    BatchSize,
    /// No epoch is allowed.
    #[error("the number of epochs must be at least 1")]
    MaxEpochs,
    /// Training would stop before it starts.
    #[error("patience must be at least 1")]
    Patience,
    /// The part of rows for validation leaves none to train on.
    #[error("the validation fraction must be at least 0 and below 1, got `{got}`")]
    ValidationFraction {
        /// The value given.
        got: f64,
    },
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
    pub fn check_c(c: f64) -> Result<(), Self> {
        if c.is_finite() && c > 0.0 { Ok(()) } else { Err(Self::C { got: c }) }
    }

    /// Refuses a tolerance that is not positive and finite.
    pub fn check_tol(tol: f64) -> Result<(), Self> {
        if tol.is_finite() && tol > 0.0 { Ok(()) } else { Err(Self::Tol { got: tol }) }
    }

    /// Refuses a solver that may not do a single iteration.
    pub fn check_max_iter(max_iter: usize) -> Result<(), Self> {
        if max_iter > 0 { Ok(()) } else { Err(Self::MaxIter) }
    }

    /// Refuses a vote of nobody.
    pub fn check_n_neighbors(n_neighbors: usize) -> Result<(), Self> {
        if n_neighbors > 0 { Ok(()) } else { Err(Self::NeighborCount) }
    }

    /// Refuses a `gamma` that is not positive and finite.
    pub fn check_gamma(gamma: f64) -> Result<(), Self> {
        if gamma.is_finite() && gamma > 0.0 { Ok(()) } else { Err(Self::Gamma { got: gamma }) }
    }
}
