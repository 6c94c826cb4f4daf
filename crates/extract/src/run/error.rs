//! Why a run gave no cache.

use std::path::PathBuf;

use dataset::LayoutError;
use feature_cache::{PartialError, ReadError, WriteError};
use schema::Shard;

use super::existing::ExistingError;
use super::failure::Failure;
use super::not_finite::NotFinite;

/// Why there is no new cache. What lay under its name is untouched.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No images where they should be, or a file of the data set is missing or odd.
    #[error(transparent)]
    Images(#[from] LayoutError),
    /// Boxes are asked for, and the data set tells none.
    #[error("the source `{source_name}` has no boxes to crop to")]
    NoBoxes {
        /// The source as it was written.
        source_name: String,
    },
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
    /// An engine failed under way.
    #[error(transparent)]
    Failed(Box<Failure>),
    /// A feature is no finite number.
    #[error(transparent)]
    NotFinite(Box<NotFinite>),
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
