//! Writing a cache: rows are pushed in order, and the file appears when it is whole.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::body::{Body, CopyError};
use crate::layout;
use crate::provenance::Provenance;
use crate::sample::{Sample, Tap, UnreadableImage};
use crate::spool::Spool;

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
}

/// Why a cache could not be written. Nothing is left under its name.
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
    /// The operating system refused.
    #[error("cannot write `{}`", path.display())]
    Io {
        /// The cache that was being written.
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
    #[error("`{sample}`: tap `{tap}` has {got} numbers a row, expected {expected}")]
    RowShape {
        /// Path of the image.
        sample: String,
        /// The tap.
        tap: String,
        /// Numbers a row by the header.
        expected: usize,
        /// Numbers pushed.
        got: usize,
    },
    /// No row was pushed: a cache of nothing is of no use.
    #[error("no image could be read: there is nothing to write to `{}`", path.display())]
    NoSamples {
        /// The cache that was being written.
        path: PathBuf,
    },
}

/// Writes one cache.
///
/// Features wait in unnamed temporary files beside the cache; only [`CacheWriter::finish`] makes
/// the HDF5 file, syncs it, and renames it to its name.
pub struct CacheWriter {
    path: PathBuf,
    folder: PathBuf,
    header: Header,
    spools: Vec<Spool>,
    samples: Vec<Sample>,
    errors: Vec<UnreadableImage>,
}

impl CacheWriter {
    /// Starts a cache that will appear at `path`.
    ///
    /// # Errors
    /// When `path` exists, its folder does not, or the folder cannot be written to.
    ///
    /// # Panics
    /// When `header.taps` does not describe `header.provenance.taps`.
    pub fn create(path: &Path, header: Header) -> Result<Self, WriteError> {
        assert!(
            header.taps.iter().map(|tap| &tap.name).eq(&header.provenance.taps),
            "the header describes the taps of its provenance"
        );
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        if path.symlink_metadata().is_ok() {
            return Err(WriteError::Exists { path: path.to_owned() });
        }
        if !folder.is_dir() {
            return Err(WriteError::NoFolder { folder });
        }
        let spools = header
            .taps
            .iter()
            .map(|_| Spool::create_in(&folder))
            .collect::<io::Result<_>>()
            .map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
        let path = path.to_owned();
        Ok(Self { path, folder, header, spools, samples: Vec::new(), errors: Vec::new() })
    }

    /// Appends one sample. `features` holds one slice a tap, of `n_views x n_features` numbers.
    ///
    /// # Errors
    /// When a slice has another length, or the disk is full.
    ///
    /// # Panics
    /// When there is not one slice a tap.
    pub fn push(&mut self, sample: Sample, features: &[&[f32]]) -> Result<(), WriteError> {
        assert_eq!(features.len(), self.spools.len(), "one slice of features a tap");
        for (tap, row) in self.header.taps.iter().zip(features) {
            if row.len() != tap.row_len() {
                return Err(WriteError::RowShape {
                    sample: sample.path,
                    tap: tap.name.clone(),
                    expected: tap.row_len(),
                    got: row.len(),
                });
            }
        }
        for (spool, row) in self.spools.iter_mut().zip(features) {
            spool.push(row).map_err(|source| WriteError::Io { path: self.path.clone(), source })?;
        }
        self.samples.push(sample);
        Ok(())
    }

    /// Records an image that could not be read.
    pub fn push_error(&mut self, error: UnreadableImage) {
        self.errors.push(error);
    }

    /// Makes the file: written beside, synced, renamed.
    ///
    /// # Errors
    /// When nothing was pushed, the disk is full, or `path` has come into being meanwhile.
    pub fn finish(self) -> Result<(), WriteError> {
        let Self { path, folder, header, spools, samples, errors } = self;
        if samples.is_empty() {
            return Err(WriteError::NoSamples { path });
        }
        let io = |source| WriteError::Io { path: path.clone(), source };
        let hdf5 = |source| WriteError::Hdf5 { path: path.clone(), source };

        // A name that no reader asks for, until the file is whole and on disk. Made by
        // `File::create_new`, since tempfile's own files are for their owner's eyes only.
        let mut builder = tempfile::Builder::new();
        builder.prefix(".offshelf-").suffix(".h5");
        let unfinished = builder.make_in(&folder, |name| File::create_new(name)).map_err(io)?;
        let mut body = Body::create(unfinished.path()).map_err(hdf5)?;
        for (tap, spool) in header.taps.iter().zip(spools) {
            let (rows, digest) = spool.finish().map_err(io)?;
            body.features(tap, samples.len(), rows, digest).map_err(|error| match error {
                CopyError::Spool(source) => io(source),
                CopyError::Hdf5(source) => hdf5(source),
            })?;
        }
        body.samples(&samples)
            .and_then(|()| body.strings(layout::CLASS_NAME, header.classes.iter()))
            .and_then(|()| body.strings(layout::ERROR_PATH, errors.iter().map(|e| &e.path)))
            .and_then(|()| body.strings(layout::ERROR_REASON, errors.iter().map(|e| &e.reason)))
            .and_then(|()| body.finish(&header))
            .map_err(hdf5)?;

        unfinished.as_file().sync_all().map_err(io)?;
        unfinished.persist_noclobber(&path).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => WriteError::Exists { path: path.clone() },
            _ => io(error.error),
        })?;
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(io)
    }
}
