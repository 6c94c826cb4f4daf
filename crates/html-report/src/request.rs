//! What is asked for, and why it cannot be had.

use std::io;
use std::path::PathBuf;

use feature_cache::{Checksums, ReadError};
use head::{Engines, Part};
use metrics::Bootstrap;
use train::ApplyError;

/// A page to make.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    /// A head file, or the folder of a sweep.
    pub subject: PathBuf,
    /// The feature cache.
    pub cache: PathBuf,
    /// The folder of the images; without it there are no thumbnails.
    pub images: Option<PathBuf>,
    /// A document of `fit layers`, in JSON, to be shown.
    pub layers: Option<PathBuf>,
    /// A document of `fit shots`, likewise.
    pub shots: Option<PathBuf>,
    /// The labelled rows to evaluate on; when absent those that a sweep held out, else the test split where the
    /// cache has one, else all.
    pub split: Option<Part>,
    /// Whose features are taken.
    pub engines: Engines,
    /// Whether the cache is held against its checksums.
    pub checksums: Checksums,
    /// How the 95 % intervals are made.
    pub bootstrap: Option<Bootstrap>,
    /// The most thumbnails.
    pub thumbnails: usize,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The head cannot be applied to the cache.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file of the sweep cannot be read.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the sweep is not what it should be.
    #[error("`{}` is no file of a finished sweep: {problem}", path.display())]
    NotASweep {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A document is not what it should be.
    #[error("`{}` is no document of the format `{format}`: {problem}", path.display())]
    NotADocument {
        /// The file.
        path: PathBuf,
        /// The format that it should have.
        format: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The cache is not the one that was swept.
    #[error("`{}` is not the cache that was swept: {problem}", cache.display())]
    OtherCache {
        /// The cache.
        cache: PathBuf,
        /// What differs.
        problem: String,
    },
}
