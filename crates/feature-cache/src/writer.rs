//! What a cache is about, how one is written from memory, and why writing fails.

use std::io;
use std::path::{Path, PathBuf};

use ndarray::{ArrayView2, s};

use crate::annotations::Annotations;
use crate::assemble::{Existing, Target, assemble, folder_of};
use crate::provenance::Provenance;
use crate::sample::{Sample, Shard, Tap, UnreadableImage};

/// What a cache is about, known before its first row.
#[derive(Clone, Debug)]
pub struct Header {
    /// What makes the features.
    pub provenance: Provenance,
    /// Class names; index = label.
    pub classes: Vec<String>,
    /// Program and version, for people.
    pub created_by: String,
    /// Shape of each tap's rows, in the order of `provenance.taps`.
    pub taps: Vec<Tap>,
    /// Which part of the images this is, when it is only a part.
    pub shard: Option<Shard>,
}

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
    #[error("the folder `{}` does not exist\nhint: mkdir -p '{}'", folder.display(), folder.display())]
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
        /// Bytes that all takes that is still to be written, this file included.
        needed_bytes: u64,
    },
    /// The folder, or its disk, is not to be written.
    #[error(
        "cannot write `{}`\nhint: name another --out, in a folder that this user may write to",
        path.display()
    )]
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
    /// HDF5 refused.
    #[error("cannot write `{}`", path.display())]
    Hdf5 {
        /// The cache that was being written.
        path: PathBuf,
        /// What HDF5 said.
        source: hdf5::Error,
    },
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
            _ => Self::Io { path, source },
        }
    }

    /// HDF5 tells what the system said in words only.
    pub(crate) fn hdf5(path: &Path, needed_bytes: u64, source: hdf5::Error) -> Self {
        let path = path.to_owned();
        let text = source.to_string();
        if text.contains("No space left on device") || text.contains("quota exceeded") {
            Self::DiskFull { path, needed_bytes }
        } else {
            Self::Hdf5 { path, source }
        }
    }
}

/// Writes a cache of features that are in memory: for each tap of the header a matrix
/// `[n_samples * n_views, n_features]`.
///
/// # Errors
/// When `path` exists, a matrix has another shape, there is no sample, or the system refuses.
///
/// # Panics
/// When there is not one matrix a tap.
pub fn write(
    path: &Path,
    header: &Header,
    samples: &[Sample],
    errors: &[UnreadableImage],
    features: &[ArrayView2<'_, f32>],
) -> Result<(), WriteError> {
    write_annotated(path, header, samples, &Annotations::default(), errors, features)
}

/// As [`write()`], with what some data sets tell besides.
///
/// # Errors
/// As [`write()`].
///
/// # Panics
/// As [`write()`], and when there is not one label a sample and class, or not one box a sample.
pub fn write_annotated(
    path: &Path,
    header: &Header,
    samples: &[Sample],
    annotations: &Annotations,
    errors: &[UnreadableImage],
    features: &[ArrayView2<'_, f32>],
) -> Result<(), WriteError> {
    assert_eq!(features.len(), header.taps.len(), "one matrix a tap");
    if path.symlink_metadata().is_ok() {
        return Err(WriteError::Exists { path: path.to_owned() });
    }
    for (tap, matrix) in header.taps.iter().zip(features) {
        let expected = samples.len() * tap.row_len();
        if matrix.len() != expected || matrix.ncols() != tap.n_features {
            let tap = tap.name.clone();
            return Err(WriteError::RowShape { tap, expected, got: matrix.len() });
        }
    }
    let folder = folder_of(path)?;
    let target = Target { path, workplace: &folder, existing: Existing::Refuse };
    let rows = samples.iter().map(Sample::borrowed);
    assemble(&target, header, rows, annotations, errors, |tap, samples, bytes| {
        let Tap { n_views, dtype, .. } = header.taps[tap];
        let rows = features[tap].slice(s![samples.start * n_views..samples.end * n_views, ..]);
        let mut encoded = Vec::with_capacity(bytes.len());
        dtype.encode(&rows.iter().copied().collect::<Vec<_>>(), &mut encoded);
        bytes.copy_from_slice(&encoded);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: io::ErrorKind, needed_bytes: u64) -> String {
        WriteError::io(Path::new("out.h5"), needed_bytes, kind.into()).to_string()
    }

    #[test]
    fn a_full_disk_is_told_with_the_space_that_is_needed() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let message = message(kind, 5_000_001);
            assert!(
                message.contains("`out.h5`") && message.contains("hint: free 6 MB"),
                "{message}"
            );
            assert!(message.contains("what is done is kept"), "{message}");
        }
    }

    #[test]
    fn where_nothing_may_be_written_another_folder_is_the_hint() {
        for kind in [io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied] {
            let message = message(kind, 0);
            assert!(message.contains("`out.h5`") && message.contains("hint: name"), "{message}");
        }
        assert!(!message(io::ErrorKind::Other, 0).contains("hint:"));
    }
}
