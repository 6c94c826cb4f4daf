//! Why a number cannot be reproduced.

use std::path::PathBuf;

use feature_cache::{OpenError, ReadError};
use heads::FitError;
use learn::{FoldError, TransformError};
use metrics::ResamplesError;
use train::{GroupError, TapError};

use super::{Protocol, Variant};

/// Why a protocol cannot be run on a cache.
#[derive(Debug, thiserror::Error)]
pub enum ReproduceError {
    /// The cache is of something else.
    #[error("`{}` does not fit {protocol} in the variant {variant}: {problem}", path.display())]
    DoesNotFit {
        /// The cache.
        path: PathBuf,
        /// The protocol.
        protocol: &'static Protocol,
        /// The variant.
        variant: Variant,
        /// What is wrong.
        problem: String,
    },
    /// The protocol does not have the variant.
    #[error("{variant} is a variant of voc2007, not of {protocol}")]
    NoSuchVariant {
        /// The protocol.
        protocol: &'static Protocol,
        /// The variant.
        variant: Variant,
    },
    /// The cache cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The features cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// The cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Images cannot be grouped by their content.
    #[error(transparent)]
    Groups(#[from] GroupError),
    /// Training images cannot be divided to choose C.
    #[error("cannot divide the training images to choose C")]
    Folds(#[from] FoldError),
    /// There is no such bootstrap.
    #[error(transparent)]
    Resamples(#[from] ResamplesError),
    /// The transform cannot be learned.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// A solver refused.
    #[error("cannot fit the head")]
    Fit(#[from] FitError),
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn what_a_solver_refuses_is_the_cause() {
        // No cache is known that a protocol takes and a solver refuses.
        let error = ReproduceError::from(FitError::OneClass);
        assert_eq!(error.to_string(), "cannot fit the head");
        assert!(error.source().is_some_and(<dyn std::error::Error>::is::<FitError>));
    }
}
