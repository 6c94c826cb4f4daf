//! Why a run gave no cache.

use std::path::PathBuf;

use dataset::FolderError;
use feature_cache::{PartialError, ReadError, Shard, WriteError};
use preprocess::{PresetChangeError, UnknownPreset};

use super::existing::ExistingError;
use crate::backbone::UnknownBackbone;
use crate::engine::DeviceError;
use crate::tap::{Tap, TapError};
use crate::weights::ResolveError;

/// Why there is no new cache. What lay under its name is untouched.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No images where they should be.
    #[error(transparent)]
    Images(#[from] FolderError),
    /// No such backbone.
    #[error(transparent)]
    Backbone(#[from] UnknownBackbone),
    /// The weights are missing or damaged.
    #[error(transparent)]
    Weights(#[from] ResolveError),
    /// Weights of another network.
    #[error("the weights `{weights}` are of `{found}`, not of `{expected}`")]
    WeightsOfAnotherBackbone {
        /// The weights asked for.
        weights: String,
        /// Their backbone.
        found: String,
        /// The backbone asked for.
        expected: &'static str,
    },
    /// No such preset.
    #[error(transparent)]
    Preset(#[from] UnknownPreset),
    /// The preset cannot be changed in this way.
    #[error(transparent)]
    PresetChange(#[from] PresetChangeError),
    /// No such tap.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// One tap asked for twice.
    #[error("the tap `{0}` is asked for twice")]
    TapTwice(Tap),
    /// No such device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// There are fewer images than shards, or nearly so.
    #[error("no image of `{}` falls into shard {shard}\nhint: use fewer shards", images.display())]
    EmptyShard {
        /// The folder of images.
        images: PathBuf,
        /// The shard asked for.
        shard: Shard,
    },
    /// What lies under the cache's name may not be replaced.
    #[error(transparent)]
    Existing(#[from] ExistingError),
    /// The unfinished run beside the cache is another process' or of other features.
    #[error(transparent)]
    Partial(#[from] PartialError),
    /// The cache that is there could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The cache could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The run was told to stop.
    #[error(
        "interrupted: the features of {n_rows} images are kept in `{}`, of {n_images} images in all\n\
         hint: the same command goes on from there",
        folder.display()
    )]
    Interrupted {
        /// Images whose features are kept.
        n_rows: usize,
        /// Images in all.
        n_images: usize,
        /// The folder that they are kept in.
        folder: PathBuf,
    },
}
