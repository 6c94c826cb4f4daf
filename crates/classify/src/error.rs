//! Why nothing is classified.

use std::path::PathBuf;

use engine::EngineError;
use head::{LoadError, ProvenanceMismatch};
use preprocess::RecordedPresetError;

use crate::heat_map::NoHeatMap;
use network::NetworkError;

/// Why nothing is classified.
#[derive(Debug, thiserror::Error)]
pub enum ClassifyError {
    /// There is no such network, or its weights do not reach what is asked for.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The network failed.
    #[error("nothing was classified")]
    Engine(#[from] EngineError),
    /// What the network gives is no number.
    #[error(
        "the network gives {value} for `{picture}`: its weights are not finite, or made for pixels in another \
         range"
    )]
    NotFinite {
        /// Name of the picture.
        picture: String,
        /// Instead of a probability or a feature.
        value: f32,
    },
    /// The head cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The head does not say what its features are features of.
    #[error("cannot tell what the features of head `{}` are features of: {reason}", head.display())]
    Unclear {
        /// The head.
        head: PathBuf,
        /// What it says instead.
        reason: String,
    },
    /// The network that the head was trained on features of is not here.
    #[error("cannot compute the features that head `{}` takes", head.display())]
    HeadNetwork {
        /// The head.
        head: PathBuf,
        /// Why.
        source: Box<NetworkError>,
    },
    /// The head was trained on features that no single engine here computes.
    #[error("head `{}` was trained on features that were computed by `{engine}`", head.display())]
    Engines {
        /// The head.
        head: PathBuf,
        /// Name of the engine, or of several.
        engine: String,
    },
    /// The head was trained on pixels that this version does not make.
    #[error("head `{}` was trained on other pixels", head.display())]
    OtherPixels {
        /// The head.
        head: PathBuf,
        /// What is different.
        source: RecordedPresetError,
    },
    /// The network that was found gives other features than those that the head was trained on.
    #[error("the weights `{weights}` do not suit head `{}`", head.display())]
    OtherFeatures {
        /// The head.
        head: PathBuf,
        /// Name or path of the weights.
        weights: String,
        /// What differs.
        source: ProvenanceMismatch,
    },
    /// The score of the head is no sum over places.
    #[error("head `{}` has no heat maps", head.display())]
    NoHeatMap {
        /// The head.
        head: PathBuf,
        /// Why.
        source: NoHeatMap,
    },
    /// The features are as many as another head takes.
    #[error(
        "head `{}` takes rows of {expected} features, and the network gives {found}",
        head.display()
    )]
    Width {
        /// The head.
        head: PathBuf,
        /// Features that the head takes.
        expected: usize,
        /// Features that the network gives.
        found: usize,
    },
    /// What the head says of a picture is no number, or infinite.
    #[error("what head `{}` says of `{picture}` is not a finite number", head.display())]
    NotANumber {
        /// The head.
        head: PathBuf,
        /// Name of the picture.
        picture: String,
    },
}
