//! What a cache is about, how one is written from memory, and why writing fails.

use std::io;
use std::path::{Path, PathBuf};

use ndarray::{ArrayView2, s};

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
         hint: free {} MB on this disk and run the same command again; what is done is kept",
        path.display(),
        needed_bytes.div_ceil(1_000_000).max(1)
    )]
    DiskFull {
        /// The file that was being written.
        path: PathBuf,
        /// Bytes that it takes.
        needed_bytes: u64,
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
    assemble(&target, header, samples, errors, |tap, samples, bytes| {
        let Tap { n_views, dtype, .. } = header.taps[tap];
        let rows = features[tap].slice(s![samples.start * n_views..samples.end * n_views, ..]);
        let mut encoded = Vec::with_capacity(bytes.len());
        dtype.encode(&rows.iter().copied().collect::<Vec<_>>(), &mut encoded);
        bytes.copy_from_slice(&encoded);
        Ok(())
    })
}
