//! Why a number cannot be reproduced.

use std::path::PathBuf;

use feature_cache::ReadError;
use heads::FitError;

use crate::fit_transform::TransformError;
use crate::folds::FoldError;
use crate::groups::GroupError;
use crate::tap_features::TapError;

/// Why a protocol cannot be run on a cache.
#[derive(Debug, thiserror::Error)]
pub enum ReproduceError {
    /// The cache is of something else.
    #[error("`{}` does not fit {protocol} in the variant {variant}: {problem}\nhint: {hint}", path.display())]
    DoesNotFit {
        /// The cache.
        path: PathBuf,
        /// Name of the protocol.
        protocol: &'static str,
        /// Name of the variant.
        variant: &'static str,
        /// What is wrong.
        problem: String,
        /// What to do: most often the command that makes a cache that fits.
        hint: String,
    },
    /// The protocol does not have the variant.
    #[error(
        "{variant} is a variant of voc2007, not of {protocol}\nhint: leave `--variant` out, or take voc2007"
    )]
    NoSuchVariant {
        /// Name of the protocol.
        protocol: &'static str,
        /// Name of the variant.
        variant: &'static str,
    },
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
    /// The transform cannot be learned.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// A solver refused.
    #[error("cannot fit the head")]
    Fit(#[from] FitError),
}
