//! Reading a cache. Opening validates the whole structure: what can be asked of an open cache
//! is there.

use std::ops::Range;
use std::path::{Path, PathBuf};

use hdf5::H5Type;
use ndarray::Array1;

use crate::annotations::Annotations;
use crate::checksum::Digest;
use crate::error::{OpenError, ReadError};
use crate::feature_set::FeatureSet;
use crate::layout;
use crate::provenance::Provenance;
use crate::rows::RowFile;
use crate::sample::{Sample, Shard, Split, Tap, UnreadableImage};
use crate::strings::StringFile;
use crate::validate::{Annotated, Contents, validate};

/// Samples read at a time.
const PIECE: usize = 4096;

/// A feature cache, open for reading.
pub struct Cache {
    path: PathBuf,
    file: hdf5::File,
    strings: StringFile,
    contents: Contents,
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
        let strings = StringFile::open(path).map_err(|error| OpenError::Damaged {
            path: path.to_owned(),
            item: "/".to_owned(),
            problem: format!("cannot be mapped into memory: {error}"),
        })?;
        let contents = validate(path, &file, &strings)?;
        Ok(Self { path: path.to_owned(), file, strings, contents })
    }

    /// Where the cache lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What made the features.
    pub fn provenance(&self) -> &Provenance {
        &self.contents.provenance
    }

    /// Program and version that wrote the file.
    pub fn created_by(&self) -> &str {
        &self.contents.created_by
    }

    /// Number of images, at least one.
    pub fn n_samples(&self) -> usize {
        self.contents.labels.len()
    }

    /// Class names; index = label.
    pub fn classes(&self) -> &[String] {
        &self.contents.classes
    }

    /// Whether the data set gives each sample a label for every class, and not one class. All
    /// [`labels`](Self::labels) are -1 then, and [`annotations`](Self::annotations) has the others.
    pub fn has_label_sets(&self) -> bool {
        self.contents.annotated.labels
    }

    /// Labels, boxes and queries, as far as the data set has them.
    ///
    /// # Errors
    /// When HDF5 cannot read a dataset, or it holds what the format does not have there.
    pub fn annotations(&self) -> Result<Annotations, ReadError> {
        let Annotated { labels, boxes, ground_truth } = self.contents.annotated;
        let odd = |item: &str, problem: String| {
            let (path, item) = (self.path.clone(), item.to_owned());
            ReadError::Values { path, item, problem }
        };
        let mut annotations = Annotations::default();
        if labels {
            let labels = self.column::<i8>(layout::LABELS)?;
            if let Some(label) = labels.iter().find(|label| !(-1..=1).contains(*label)) {
                return Err(odd(layout::LABELS, format!("holds {label}, not 1, -1 or 0")));
            }
            annotations.labels = Some(labels);
        }
        if boxes {
            annotations.boxes = Some(self.column::<f32>(layout::BOX)?.as_chunks().0.to_vec());
        }
        if ground_truth {
            let text = self.strings(layout::GROUND_TRUTH)?.concat();
            let parsed = serde_json::from_str(&text);
            let parsed = parsed.map_err(|error| {
                odd(layout::GROUND_TRUTH, format!("is not understood: {error}"))
            })?;
            annotations.ground_truth = Some(parsed);
        }
        Ok(annotations)
    }

    /// Which annotations there are.
    pub(crate) fn annotated(&self) -> Annotated {
        self.contents.annotated
    }

    /// The text of the ground truth, as it is.
    pub(crate) fn ground_truth_text(&self) -> Result<Vec<String>, ReadError> {
        self.strings(layout::GROUND_TRUTH)
    }

    /// Class index of each sample, -1 when unlabelled.
    pub fn labels(&self) -> &[i32] {
        &self.contents.labels
    }

    /// Split of each sample.
    pub fn splits(&self) -> &[Split] {
        &self.contents.splits
    }

    /// Which part of the images this is, when it is only a part.
    pub fn shard(&self) -> Option<Shard> {
        self.contents.shard
    }

    /// The feature matrices, in the order of the provenance.
    pub fn taps(&self) -> &[Tap] {
        &self.contents.taps
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
        let index = self.contents.taps.iter().position(|t| t.name == tap).ok_or_else(|| {
            let there_are = self.contents.taps.iter().map(|t| format!("`{}`", t.name)).collect();
            ReadError::NoSuchTap { path: self.path.clone(), tap: tap.to_owned(), there_are }
        })?;
        FeatureSet::open(
            &self.path,
            self.contents.offsets[index],
            self.n_samples(),
            &self.contents.taps[index],
        )
        .map_err(|source| ReadError::Map { path: self.path.clone(), source })
    }

    /// The samples in row order, read piece by piece.
    pub fn samples(&self) -> impl Iterator<Item = Result<Sample, ReadError>> {
        let pieces = (0..self.n_samples()).step_by(PIECE);
        pieces.flat_map(|start| match self.piece(start..(start + PIECE).min(self.n_samples())) {
            Ok(samples) => samples.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        })
    }

    fn piece(&self, rows: Range<usize>) -> Result<Vec<Sample>, ReadError> {
        let mut paths = self.string_slice(layout::PATH, rows.clone())?;
        let sizes = self.slice::<u64>(layout::SIZE, rows.clone())?;
        let mtimes = self.slice::<i64>(layout::MTIME, rows.clone())?;
        let hashes = self.hashes(rows.clone())?;
        let sample = |(i, row): (usize, usize)| Sample {
            path: std::mem::take(&mut paths[i]),
            content_hash: hashes[i],
            size: sizes[i],
            mtime_ns: mtimes[i],
            label: self.contents.labels[row],
            split: self.contents.splits[row],
        };
        Ok(rows.clone().enumerate().map(sample).collect())
    }

    /// The content hashes in row order, read piece by piece.
    pub(crate) fn each_content_hash(&self) -> impl Iterator<Item = Result<[u8; 32], ReadError>> {
        (0..self.n_samples()).step_by(PIECE).flat_map(|start| {
            match self.hashes(start..(start + PIECE).min(self.n_samples())) {
                Ok(hashes) => hashes.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            }
        })
    }

    fn hashes(&self, rows: Range<usize>) -> Result<Vec<[u8; 32]>, ReadError> {
        let read = || self.file.dataset(layout::CONTENT_HASH)?.read_slice_2d::<u8, _>((rows, ..));
        let hashes = read().map_err(|source| self.unreadable(layout::CONTENT_HASH, source))?;
        Ok(hashes.as_slice().expect("it was read in order").as_chunks().0.to_vec())
    }

    /// Every tap's rows as they lie in the file.
    pub(crate) fn row_file(&self) -> RowFile {
        let row_bytes = self.contents.taps.iter().map(Tap::row_bytes).collect();
        RowFile::new(self.path.clone(), self.contents.offsets.clone(), row_bytes)
    }

    fn slice<T: H5Type>(&self, item: &str, rows: Range<usize>) -> Result<Array1<T>, ReadError> {
        let read = || self.file.dataset(item)?.read_slice_1d::<T, _>(rows);
        read().map_err(|source| self.unreadable(item, source))
    }

    fn unreadable(&self, item: &str, source: hdf5::Error) -> ReadError {
        ReadError::Hdf5 { path: self.path.clone(), item: item.to_owned(), source }
    }

    pub(crate) fn column<T: H5Type>(&self, item: &str) -> Result<Vec<T>, ReadError> {
        let read = || {
            let dataset = self.file.dataset(item)?;
            if dataset.size() == 0 { Ok(Vec::new()) } else { dataset.read_raw::<T>() }
        };
        read().map_err(|source| self.unreadable(item, source))
    }

    fn strings(&self, item: &str) -> Result<Vec<String>, ReadError> {
        let size = self.file.dataset(item).map_err(|source| self.unreadable(item, source))?.size();
        self.string_slice(item, 0..size)
    }

    fn string_slice(&self, item: &str, rows: Range<usize>) -> Result<Vec<String>, ReadError> {
        let dataset = self.file.dataset(item).map_err(|source| self.unreadable(item, source))?;
        // HDF5 gives no place in the file to a dataset of nothing.
        let Some(offset) = dataset.offset() else { return Ok(Vec::new()) };
        self.strings.read(offset, rows).map_err(|problem| {
            let (path, item) = (self.path.clone(), item.to_owned());
            ReadError::Damaged { path, item, problem }
        })
    }
}
