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
        "`{}` is an HDF5 file, but no feature cache: {}",
        path.display(),
        found.as_ref().map_or("it has no attribute `format`".to_owned(), |found| format!(
            "its attribute `format` is {found}, not \"offshelf\""
        ))
    )]
    NotACache {
        /// The file.
        path: PathBuf,
        /// What it says of its format, if it does: a text in quotes, or a type.
        found: Option<String>,
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
    /// A cache without the attributes that say so.
    #[error(
        "`{}` has the datasets of a feature cache, but not its attributes `format` and `format_version`: what \
         copied it left them out\nhint: give the root group `format` = \"offshelf\" and `format_version` = 1, as \
         with h5py's `file.attrs`, or take the original",
        path.display()
    )]
    NoFormat {
        /// The file.
        path: PathBuf,
    },
    /// A cache that is stored in a way that this program does not read.
    #[error(
        "`{}` is a feature cache, but not stored in a way that this program reads: `{item}` {problem}\n\
         hint: store it plainly, as `h5repack -l CONTI -f NONE` does, or extract it again",
        path.display()
    )]
    Stored {
        /// The file.
        path: PathBuf,
        /// The dataset.
        item: String,
        /// How it is stored.
        problem: String,
    },
    /// A dataset of an HDF5 file that is not read as what it is asked for.
    #[error("cannot read `{item}` of `{}`: it {problem}", path.display())]
    Dataset {
        /// The file.
        path: PathBuf,
        /// The dataset.
        item: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A cache that must be copied to be read, and there is no room for that.
    #[error(
        "cannot copy `{}` to `{}`: it is compressed, or in chunks, and has to be copied to be read\n\
         hint: name a folder with more room in TMPDIR, or store it plainly, as `h5repack -l CONTI -f NONE` does",
        path.display(),
        folder.display()
    )]
    Copy {
        /// The file.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A cache without checksums.
    #[error(
        "`{}` has no checksums (`/checksums`): what it holds cannot be held against what was written",
        path.display()
    )]
    NoChecksums {
        /// The file.
        path: PathBuf,
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
