//! Reading a cache. Opening validates the whole structure: what can be asked of an open cache
//! is there.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use atomic_file::{FileId, open_regular};
use schema::{BoundingBox, Provenance, Sample, Shard, SourceRecord, Split, Tap, Unreadable};
use serde::de::DeserializeOwned;

use crate::annotations::Annotations;
use crate::body::Digest;
use crate::checksums::Checksums;
use crate::error::{CHANGED, OpenError, ReadError};
use crate::extents::Extents;
use crate::feature_set::FeatureSet;
use crate::layout;
use crate::mapped_rows::MappedRows;
use crate::rows::{RowFile, RowSource};
use crate::validate::{Contents, validate};

/// Samples read at a time.
const PIECE: usize = 4096;

/// A feature cache, open for reading.
///
/// # Examples
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cache = feature_cache::Cache::open("photos.h5".as_ref())?;
/// let features = cache.features("block5_pool:gap")?;
/// for (row, label) in features.view().rows().into_iter().zip(cache.labels()) {
///     println!("{}: {:?}", cache.classes()[*label as usize], row);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Cache {
    extents: Arc<Extents>,
    contents: Contents,
    checksums: Checksums,
    /// Of the file that was opened.
    id: FileId,
    /// The datasets of features that were held against their checksums.
    verified: Mutex<BTreeSet<String>>,
}

impl Cache {
    /// Opens and validates a cache. What is read of it is held against its checksums.
    ///
    /// # Errors
    /// When the file is missing, no cache, of another format version, or damaged.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, Checksums::Verify)
    }

    /// As [`open`](Self::open), with checksums or without. Whatever is read later is read from the file
    /// that was opened, even if another one takes its name.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: &Path, checksums: Checksums) -> Result<Self, OpenError> {
        let path = path.to_owned();
        let file = match open_regular(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(OpenError::Missing { path });
            }
            Err(source) => return Err(OpenError::Io { path, source }),
            Ok(file) => file,
        };
        let id = match file.metadata() {
            Err(source) => return Err(OpenError::Io { path, source }),
            Ok(metadata) => FileId::of(&metadata),
        };
        let (extents, contents) = validate(&path, file, checksums)?;
        let cache = Self {
            extents: Arc::new(extents),
            contents,
            checksums,
            id,
            verified: Mutex::default(),
        };
        if checksums == Checksums::Verify {
            cache.verify_samples()?;
        }
        Ok(cache)
    }

    /// Holds everything but the features against its checksums.
    fn verify_samples(&self) -> Result<(), OpenError> {
        self.extents.verify(|item| !layout::is_feature(item)).map_err(|error| match error {
            ReadError::Damaged { path, item, problem } => {
                OpenError::Damaged { path, item, problem }
            }
            ReadError::Io { path, source, .. } => OpenError::Io { path, source },
            ReadError::NoSuchTap { .. } => unreachable!("no features were asked for"),
        })
    }

    /// Holds the features of all taps against their checksums.
    ///
    /// # Errors
    /// When they are not what was written, or cannot be read.
    pub fn verify_features(&self) -> Result<(), ReadError> {
        self.extents.verify(layout::is_feature)
    }

    /// Holds the features of a tap against their checksum, if that is asked for and was not done.
    fn verify_mapped(&self, item: &str, rows: &MappedRows) -> Result<(), ReadError> {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if self.checksums == Checksums::Ignore || verified.contains(item) {
            return Ok(());
        }
        let written = self.checksums()?.into_iter().find(|(name, _)| name == item);
        if written.is_none_or(|(_, written)| written != rows.digest()) {
            return Err(self.extents.damaged(item, CHANGED.to_owned()));
        }
        verified.insert(item.to_owned());
        Ok(())
    }

    /// Tells the file that was opened from others of its name.
    pub fn file_id(&self) -> FileId {
        self.id
    }

    /// Where the cache lies.
    pub fn path(&self) -> &Path {
        &self.extents.path
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

    /// Whether the data set is multilabel: each sample has a label for every class, and not one class.
    /// All [`labels`](Self::labels) are -1 then, and [`annotations`](Self::annotations) has the others.
    pub fn is_multilabel(&self) -> bool {
        self.extents.has(layout::LABELS)
    }

    /// Labels, boxes and queries, as far as the data set has them.
    ///
    /// # Errors
    /// When a dataset cannot be read, or holds what the format does not have there.
    pub fn annotations(&self) -> Result<Annotations, ReadError> {
        let Self { extents, .. } = self;
        let mut annotations = Annotations::default();
        if extents.has(layout::LABELS) {
            let labels: Vec<i8> = extents.numbers(layout::LABELS)?;
            if let Some(label) = labels.iter().find(|label| !(-1..=1).contains(*label)) {
                let problem = format!("holds {label}, not 1, -1 or 0");
                return Err(extents.damaged(layout::LABELS, problem));
            }
            annotations.labels = Some(labels);
        }
        if extents.has(layout::BOX) {
            let boxes: Vec<[f32; 4]> = extents.numbers(layout::BOX)?;
            let boxes = boxes.into_iter().map(read_box).collect::<Option<_>>();
            let problem = "holds four numbers that are no box";
            annotations.boxes =
                Some(boxes.ok_or_else(|| extents.damaged(layout::BOX, problem.to_owned()))?);
        }
        if extents.has(layout::GROUND_TRUTH) {
            annotations.ground_truth = Some(self.json(layout::GROUND_TRUTH)?);
        }
        annotations.source = self.source()?;
        Ok(annotations)
    }

    /// What the images were read from, where the cache tells it.
    ///
    /// # Errors
    /// When it cannot be read, or is not what the format has there.
    pub fn source(&self) -> Result<Option<SourceRecord>, ReadError> {
        self.extents.has(layout::SOURCE).then(|| self.json(layout::SOURCE)).transpose()
    }

    /// A dataset of one JSON document.
    fn json<T: DeserializeOwned>(&self, item: &str) -> Result<T, ReadError> {
        let text = self.extents.strings(item)?.concat();
        serde_json::from_str(&text)
            .map_err(|error| self.extents.damaged(item, format!("is not understood: {error}")))
    }

    /// Class index of each sample, -1 when unlabelled.
    pub fn labels(&self) -> &[i32] {
        &self.contents.labels
    }

    /// Split of each sample.
    pub fn splits(&self) -> &[Split] {
        &self.contents.splits
    }

    /// Whether the file says what its datasets should hold; one of others may not.
    pub(crate) fn has_checksums(&self) -> bool {
        self.contents.has_checksums
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
    /// When the dataset cannot be read.
    pub fn paths(&self) -> Result<Vec<String>, ReadError> {
        self.extents.strings(layout::PATH)
    }

    /// BLAKE3 of each image file.
    ///
    /// # Errors
    /// When the dataset cannot be read.
    pub fn content_hashes(&self) -> Result<Vec<[u8; 32]>, ReadError> {
        self.extents.numbers(layout::CONTENT_HASH)
    }

    /// The images that could not be read.
    ///
    /// # Errors
    /// When the datasets cannot be read.
    pub fn errors(&self) -> Result<Vec<Unreadable>, ReadError> {
        let paths = self.extents.strings(layout::ERROR_PATH)?;
        let reasons = self.extents.strings(layout::ERROR_REASON)?;
        let error = |(path, reason)| Unreadable { path, reason };
        Ok(paths.into_iter().zip(reasons).map(error).collect())
    }

    /// The digest of each dataset, by path, as written.
    ///
    /// # Errors
    /// When the datasets cannot be read.
    pub fn checksums(&self) -> Result<Vec<(String, Digest)>, ReadError> {
        self.extents.checksums()
    }

    /// The features of `tap`, mapped into memory.
    ///
    /// # Errors
    /// When the cache has no such tap, the file cannot be mapped, or the features are not those that were
    /// written.
    pub fn features(&self, tap: &str) -> Result<FeatureSet, ReadError> {
        let Some(tap) = self.taps().iter().find(|t| t.name == tap) else {
            let there_are = self.taps().iter().map(|t| format!("`{}`", t.name)).collect();
            return Err(ReadError::NoSuchTap {
                path: self.path().to_owned(),
                tap: tap.to_owned(),
                there_are,
            });
        };
        let item = layout::features_path(&tap.name);
        let map = MappedRows::new(&self.extents, &item)
            .map_err(|source| self.extents.failed(&item, source))?;
        self.verify_mapped(&item, &map)?;
        Ok(FeatureSet::new(map, self.n_samples(), tap))
    }

    /// The samples in row order, read piece by piece.
    pub fn samples(&self) -> impl Iterator<Item = Result<Sample, ReadError>> {
        self.in_pieces(move |rows| self.piece(rows))
    }

    fn piece(&self, rows: Range<usize>) -> Result<Vec<Sample>, ReadError> {
        let Self { extents, contents, .. } = self;
        let mut paths = extents.strings_of(layout::PATH, rows.clone())?;
        let sizes: Vec<u64> = extents.numbers_of(layout::SIZE, rows.clone())?;
        let mtimes: Vec<i64> = extents.numbers_of(layout::MTIME, rows.clone())?;
        let hashes: Vec<[u8; 32]> = extents.numbers_of(layout::CONTENT_HASH, rows.clone())?;
        let sample = |(i, row): (usize, usize)| Sample {
            path: std::mem::take(&mut paths[i]),
            content_hash: hashes[i],
            size: sizes[i],
            mtime_ns: mtimes[i],
            label: contents.labels[row],
            split: contents.splits[row],
        };
        Ok(rows.enumerate().map(sample).collect())
    }

    /// The paths in row order, read piece by piece.
    pub(crate) fn each_path(&self) -> impl Iterator<Item = Result<String, ReadError>> {
        self.in_pieces(move |rows| self.extents.strings_of(layout::PATH, rows))
    }

    /// The content hashes in row order, read piece by piece.
    pub(crate) fn each_content_hash(&self) -> impl Iterator<Item = Result<[u8; 32], ReadError>> {
        self.in_pieces(move |rows| self.extents.numbers_of(layout::CONTENT_HASH, rows))
    }

    /// What `read` gives for all rows, a piece of them at a time.
    fn in_pieces<T>(
        &self,
        read: impl Fn(Range<usize>) -> Result<Vec<T>, ReadError>,
    ) -> impl Iterator<Item = Result<T, ReadError>> {
        let n_samples = self.n_samples();
        (0..n_samples).step_by(PIECE).flat_map(move |start| {
            match read(start..(start + PIECE).min(n_samples)) {
                Ok(items) => items.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            }
        })
    }

    /// Every tap's rows as they lie in the file.
    pub(crate) fn row_file(&self) -> RowFile {
        let offset = |tap: &Tap| self.extents.of(&layout::features_path(&tap.name)).offset;
        let offsets = self.taps().iter().map(offset).collect();
        let row_bytes = self.taps().iter().map(Tap::row_bytes).collect();
        RowFile::new(RowSource::Cache(Arc::clone(&self.extents)), offsets, row_bytes)
    }

    /// Where everything lies.
    pub(crate) fn extents(&self) -> &Extents {
        &self.extents
    }
}

/// The box of a sample, if it has one; `None` for numbers that are no box.
fn read_box(numbers: [f32; 4]) -> Option<Option<BoundingBox>> {
    if numbers.iter().all(|number| number.is_nan()) {
        Some(None)
    } else {
        BoundingBox::from_size(numbers).map(Some)
    }
}
