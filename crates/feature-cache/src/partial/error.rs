//! Why a run cannot begin, or go on.

use std::io;
use std::path::PathBuf;

use schema::Difference;

use crate::write_error::WriteError;

/// Why a run cannot begin, or go on.
#[derive(Debug, thiserror::Error)]
pub enum PartialError {
    /// Another process is at work on it.
    #[error(
        "another process is writing `{}`: it holds the lock in `{}`",
        out.display(),
        folder.display()
    )]
    Locked {
        /// The cache asked for.
        out: PathBuf,
        /// The folder of the unfinished run.
        folder: PathBuf,
    },
    /// The unfinished run computes other features.
    #[error(
        "`{}` holds an unfinished run of other features ({})",
        folder.display(),
        differences.iter().map(Difference::to_string).collect::<Vec<_>>().join("; ")
    )]
    OtherProvenance {
        /// The folder of the unfinished run.
        folder: PathBuf,
        /// How they differ; expected is what was asked for now.
        differences: Vec<Difference>,
    },
    /// The folder could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder could not be made, or written.
    #[error(transparent)]
    Write(#[from] WriteError),
}
