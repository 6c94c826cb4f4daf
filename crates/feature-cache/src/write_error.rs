//! Why a cache could not be written.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::ReadError;

/// Why a cache could not be written. What lies under its name is untouched.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is a file of that name.
    #[error("`{}` exists already\nhint: name another file, or remove this one first", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The folder for the file is missing.
    #[error("the folder `{}` does not exist", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The disk is full.
    #[error(
        "the disk is full: `{}` could not be written\n\
         hint: free {} MB on this disk, for all that is still to be written, and run the same command \
         again; what is done is kept",
        path.display(),
        needed_bytes.div_ceil(1_000_000).max(1)
    )]
    DiskFull {
        /// The file that was being written.
        path: PathBuf,
        /// Bytes that everything takes that is still to be written, this file included.
        needed_bytes: u64,
    },
    /// This user may not write to the folder or to its disk.
    #[error("cannot write `{}`", path.display())]
    ReadOnly {
        /// The file that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The operating system refused.
    #[error("cannot write `{}`", path.display())]
    Io {
        /// The file that was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The rows of another cache or of a segment are to be copied, and cannot be read, or are not those that were
    /// written.
    #[error("features that are to be copied cannot be used")]
    Rows(#[from] ReadError),
    /// A row does not have the shape that the header promised.
    #[error("tap `{tap}` has {got} numbers a row, expected {expected}")]
    RowShape {
        /// The tap.
        tap: String,
        /// Numbers a row by the header.
        expected: usize,
        /// Numbers given.
        got: usize,
    },
    /// There is no row: a cache of nothing is of no use.
    #[error("no image could be read: there is nothing to write to `{}`", path.display())]
    NoSamples {
        /// The cache that was being written.
        path: PathBuf,
    },
}

impl WriteError {
    pub(crate) fn io(path: &Path, needed_bytes: u64, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path, needed_bytes }
            }
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly { path, source }
            }
            io::ErrorKind::AlreadyExists => Self::Exists { path },
            _ => Self::Io { path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: io::ErrorKind, needed_bytes: u64) -> WriteError {
        WriteError::io(Path::new("out.h5"), needed_bytes, kind.into())
    }

    #[test]
    fn a_full_disk_is_told_with_the_space_that_is_needed() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let message = error(kind, 5_000_001).to_string();
            assert!(
                message.contains("`out.h5`") && message.contains("hint: free 6 MB"),
                "{message}"
            );
            assert!(message.contains("what is done is kept"), "{message}");
        }
    }

    #[test]
    fn a_folder_that_may_not_be_written_to_is_told_from_other_failures() {
        for kind in [io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied] {
            assert!(matches!(error(kind, 0), WriteError::ReadOnly { .. }));
        }
        assert!(matches!(error(io::ErrorKind::Other, 0), WriteError::Io { .. }));
    }
}
