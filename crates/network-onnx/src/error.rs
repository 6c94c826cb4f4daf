//! Why a head has no model with its network.

use backbone::{Tap, TapError};
use head::ExportError;
use onnx::MAX_MODEL_BYTES;

/// Why a head has no model with its network.
#[derive(Debug, thiserror::Error)]
pub enum WholeModelError {
    /// The head itself has no such form.
    #[error(transparent)]
    Head(#[from] ExportError),
    /// Nobody knows the network.
    #[error(
        "the head was trained on imported features, made by `{made_by}`: their network is not known"
    )]
    Imported {
        /// What made the features, in words.
        made_by: String,
    },
    /// The weights are not those of the head's features.
    #[error(
        "the head was trained on features of `{}` ({} with digest `{}`), not of `{}` ({} with digest `{}`)",
        expected.name, expected.backbone, expected.digest, found.name, found.backbone, found.digest
    )]
    OtherWeights {
        /// What the head says.
        expected: Box<WeightsIdentity>,
        /// What was given.
        found: Box<WeightsIdentity>,
    },
    /// The head does not say what goes into its network.
    #[error("the preprocessing of the head is not understood: {reason}")]
    Preprocessing {
        /// What is odd about it.
        reason: String,
    },
    /// The views are not made of the pixels that go into the model.
    #[error(
        "the head takes the views `{views}`, which are cut out of a picture before it is resized: a model of pixels \
         has the views `center` and `flip` only"
    )]
    Views {
        /// The views.
        views: String,
    },
    /// The network has no such tap.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// The weights lack what the tap needs.
    #[error("the weights `{weights}` do not reach the tap `{tap}`: they lack {}", missing.join(", "))]
    MissingTensors {
        /// The weights.
        weights: String,
        /// The tap.
        tap: Tap,
        /// Names of the tensors that are not there.
        missing: Vec<String>,
    },
    /// The head takes more or fewer features than the network gives.
    #[error("the head takes rows of {expected} features, and the network gives {found}")]
    Width {
        /// Features that the head takes.
        expected: usize,
        /// Features that the network gives.
        found: usize,
    },
    /// The file would be larger than readers of its format accept.
    #[error("the model has {n_bytes} bytes, and a file of its format at most {MAX_MODEL_BYTES}")]
    TooLarge {
        /// Length of the file.
        n_bytes: usize,
    },
}

/// Which weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightsIdentity {
    /// Name of the network.
    pub backbone: String,
    /// Name of the weights, for people.
    pub name: String,
    /// Digest of the tensors.
    pub digest: String,
}
