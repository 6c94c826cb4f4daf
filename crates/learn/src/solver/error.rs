//! Why a head could not be fitted.

use head::{ClassWeightsError, HeadSpec};
use heads::FitError;

use crate::fit_transform::TransformError;

/// A head that could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum SolverError {
    /// The transform cannot be learned.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// The class weights do not suit the classes.
    #[error(transparent)]
    ClassWeights(#[from] ClassWeightsError),
    /// SMO keeps a dense kernel matrix, and its time grows with the square of the rows.
    #[error("solver `smo` takes at most {limit} training rows, got {got}")]
    TooManyForSmo {
        /// Most rows accepted.
        limit: usize,
        /// Rows there are.
        got: usize,
    },
    /// The Gaussian kernel is solved by SMO.
    #[error("the Gaussian kernel takes at most {limit} training rows, got {got}")]
    TooManyForGaussian {
        /// Most rows accepted.
        limit: usize,
        /// Rows there are.
        got: usize,
    },
    /// The solver refused.
    #[error("cannot fit {spec}")]
    Fit {
        /// The head.
        spec: HeadSpec,
        /// Why.
        source: FitError,
    },
}

impl SolverError {
    /// What a solver said of a head.
    pub(super) fn of(spec: &HeadSpec, source: FitError) -> Self {
        match (spec, source) {
            (HeadSpec::Gaussian { .. }, FitError::TooManySamples { limit, got }) => {
                Self::TooManyForGaussian { limit, got }
            }
            (_, FitError::TooManySamples { limit, got }) => Self::TooManyForSmo { limit, got },
            (spec, source) => Self::Fit { spec: spec.clone(), source },
        }
    }
}
