//! Reading a cache. Opening validates the whole structure: what can be asked of an open cache
//! is there.

use std::path::{Path, PathBuf};

use hdf5::H5Type;
use hdf5::types::VarLenUnicode;

use crate::checksum::Digest;
use crate::feature_set::FeatureSet;
use crate::layout;
use crate::provenance::Provenance;
use crate::sample::{Split, Tap, UnreadableImage};
use crate::validate::{Contents, validate};

/// Why a file is not a cache that this program can read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such file.
    #[error(
        "there is no feature cache `{}`\nhint: extract run IMAGES --out '{}'",
        path.display(),
        path.display()
    )]
    Missing {
        /// The file asked for.
        path: PathBuf,
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
        "`{}` is an HDF5 file, but no feature cache: its attribute `format` is not `offshelf`\n\
         hint: caches are made by `extract run`",
        path.display()
    )]
    NotACache {
        /// The file.
        path: PathBuf,
    },
    /// A format that this program does not know.
    #[error(
        "`{}` has format version {found}, this program reads {} to {}\nhint: {}",
        path.display(),
        layout::OLDEST_FORMAT_VERSION,
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
    /// HDF5 could not read a dataset.
    #[error("cannot read `{item}` of `{}`", path.display())]
    Hdf5 {
        /// The cache.
        path: PathBuf,
        /// The dataset.
        item: String,
        /// What HDF5 said.
        source: hdf5::Error,
    },
    /// The file could not be mapped into memory.
    #[error("cannot map `{}` into memory", path.display())]
    Map {
        /// The cache.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A feature cache, open for reading.
pub struct Cache {
    path: PathBuf,
    file: hdf5::File,
    provenance: Provenance,
    created_by: String,
    classes: Vec<String>,
    labels: Vec<i32>,
    splits: Vec<Split>,
    taps: Vec<Tap>,
    /// Byte offset of each tap's numbers in the file.
    offsets: Vec<u64>,
}

impl Cache {
    /// Opens and validates a cache: everything but the checksums.
    ///
    /// # Errors
    /// When the file is missing, no cache, of another format version, or damaged.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        if !path.exists() {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
        // No lock is needed on a file that is never modified, and taking one fails where the file
        // system has none, or while the process that wrote it still starts a child.
        let file = hdf5::File::with_options()
            .with_fapl(|access| access.file_locking(false))
            .open(path)
            .map_err(|source| OpenError::NotHdf5 { path: path.to_owned(), source })?;
        let Contents { provenance, created_by, classes, labels, splits, taps, offsets } =
            validate(path, &file)?;
        let path = path.to_owned();
        Ok(Self { path, file, provenance, created_by, classes, labels, splits, taps, offsets })
    }

    /// Where the cache lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What made the features.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Program and version that wrote the file.
    pub fn created_by(&self) -> &str {
        &self.created_by
    }

    /// Number of images, at least one.
    pub fn n_samples(&self) -> usize {
        self.labels.len()
    }

    /// Class names; index = label.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Class index of each sample, -1 when unlabelled.
    pub fn labels(&self) -> &[i32] {
        &self.labels
    }

    /// Split of each sample.
    pub fn splits(&self) -> &[Split] {
        &self.splits
    }

    /// The feature matrices, in the order of the provenance.
    pub fn taps(&self) -> &[Tap] {
        &self.taps
    }

    /// Path of each sample, relative to the image root.
    ///
    /// # Errors
    /// When HDF5 cannot read the dataset.
    pub fn paths(&self) -> Result<Vec<String>, ReadError> {
        self.strings(layout::PATH)
    }

    /// BLAKE3 of each image file.
    ///
    /// # Errors
    /// When HDF5 cannot read the dataset.
    pub fn content_hashes(&self) -> Result<Vec<[u8; 32]>, ReadError> {
        Ok(self.column::<u8>(layout::CONTENT_HASH)?.as_chunks().0.to_vec())
    }

    /// The images that could not be read.
    ///
    /// # Errors
    /// When HDF5 cannot read the datasets.
    pub fn errors(&self) -> Result<Vec<UnreadableImage>, ReadError> {
        let paths = self.strings(layout::ERROR_PATH)?;
        let reasons = self.strings(layout::ERROR_REASON)?;
        let error = |(path, reason)| UnreadableImage { path, reason };
        Ok(paths.into_iter().zip(reasons).map(error).collect())
    }

    /// The digest of each dataset, by path, as written.
    ///
    /// # Errors
    /// When HDF5 cannot read the datasets.
    pub fn checksums(&self) -> Result<Vec<(String, Digest)>, ReadError> {
        let names = self.strings(layout::CHECKSUM_NAME)?;
        let digests = self.column::<u8>(layout::CHECKSUM_BLAKE3)?;
        Ok(names.into_iter().zip(digests.as_chunks().0.iter().copied()).collect())
    }

    /// The features of `tap`, mapped into memory.
    ///
    /// # Errors
    /// When the cache has no such tap, or the file cannot be mapped.
    pub fn features(&self, tap: &str) -> Result<FeatureSet, ReadError> {
        let index = self.taps.iter().position(|t| t.name == tap).ok_or_else(|| {
            let there_are = self.taps.iter().map(|t| format!("`{}`", t.name)).collect();
            ReadError::NoSuchTap { path: self.path.clone(), tap: tap.to_owned(), there_are }
        })?;
        let Tap { n_views, n_features, .. } = self.taps[index];
        let n_rows = self.n_samples() * n_views;
        FeatureSet::map(&self.path, self.offsets[index], n_rows, n_features, n_views)
            .map_err(|source| ReadError::Map { path: self.path.clone(), source })
    }

    fn column<T: H5Type>(&self, item: &str) -> Result<Vec<T>, ReadError> {
        let read = || {
            let dataset = self.file.dataset(item)?;
            if dataset.size() == 0 { Ok(Vec::new()) } else { dataset.read_raw::<T>() }
        };
        let path = || self.path.clone();
        read().map_err(|source| ReadError::Hdf5 { path: path(), item: item.to_owned(), source })
    }

    fn strings(&self, item: &str) -> Result<Vec<String>, ReadError> {
        Ok(self.column::<VarLenUnicode>(item)?.into_iter().map(Into::into).collect())
    }
}
