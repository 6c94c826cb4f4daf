//! Why a cache cannot be opened or read.

use std::io;
use std::path::PathBuf;

use crate::layout;

/// Why a file is not a cache that this program can read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such file.
    #[error("there is no feature cache `{}`", path.display())]
    Missing {
        /// The file asked for.
        path: PathBuf,
    },
    /// The system refused, or there is no regular file of that name.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file asked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// HDF5 cannot read the file at all.
    #[error("`{}` is not a readable HDF5 file\nhint: extract it again", path.display())]
    NotHdf5 {
        /// The file.
        path: PathBuf,
        /// What HDF5 said.
        source: hdf5::Error,
    },
    /// An HDF5 file of some other kind.
    #[error(
        "`{}` is an HDF5 file, but no feature cache: its attribute `format` is not `offshelf`",
        path.display()
    )]
    NotACache {
        /// The file.
        path: PathBuf,
    },
    /// A format that this program does not know.
    #[error(
        "`{}` has format version {found}, this program reads {}\nhint: {}",
        path.display(),
        layout::FORMAT_VERSION,
        if *found > layout::FORMAT_VERSION { "use the newer offshelf that wrote it" } else { "extract it again" }
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// Something is missing, or has not the shape, type or range that the format asks for.
    #[error("`{}` is damaged: `{item}` {problem}\nhint: extract it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Dataset or attribute.
        item: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// What is said of a dataset whose checksum is another one.
pub(crate) const CHANGED: &str = "does not hold what was written: its checksum differs";

/// Why something could not be read from an open cache.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The cache holds no such tap.
    #[error("`{}` has no tap `{tap}`; it has {}", path.display(), there_are.join(", "))]
    NoSuchTap {
        /// The cache.
        path: PathBuf,
        /// The tap asked for.
        tap: String,
        /// The taps of the cache.
        there_are: Vec<String>,
    },
    /// The system could not read a dataset.
    #[error("cannot read `{item}` of `{}`", path.display())]
    Io {
        /// The cache.
        path: PathBuf,
        /// The dataset.
        item: String,
        /// What the system said.
        source: io::Error,
    },
    /// A dataset holds what the format does not have there.
    #[error("`{}` is damaged: `{item}` {problem}\nhint: extract it again", path.display())]
    Damaged {
        /// The cache.
        path: PathBuf,
        /// The dataset.
        item: String,
        /// What is wrong with it.
        problem: String,
    },
}
