//! Why a run cannot begin, or go on.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use schema::{Difference, Provenance};

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
        "`{}` holds an unfinished run of other features:{}",
        folder.display(),
        Difference::lines(differences)
    )]
    OtherProvenance {
        /// The folder of the unfinished run.
        folder: PathBuf,
        /// How they differ; expected is what was asked for now.
        differences: Vec<Difference>,
        /// What makes those of the unfinished run.
        found: Box<Provenance>,
    },
    /// There is something under the name of the folder that is none.
    #[error("`{}` is not a folder of an unfinished run, but something else", folder.display())]
    NotAFolder {
        /// Where the folder of the unfinished run would be.
        folder: PathBuf,
    },
    /// The folder, or something in it, was made by somebody else.
    #[error(
        "`{}` holds `{}`, which no unfinished run has put there: nothing in it was touched",
        folder.display(),
        Path::new(name).display()
    )]
    Foreign {
        /// Where the folder of the unfinished run would be.
        folder: PathBuf,
        /// The file in it.
        name: OsString,
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

impl PartialError {
    /// Whether a file or folder was not there any more.
    pub(super) fn is_missing(&self) -> bool {
        let (Self::Read { source, .. } | Self::Write(WriteError::Io { source, .. })) = self else {
            return false;
        };
        source.kind() == io::ErrorKind::NotFound
    }
}
