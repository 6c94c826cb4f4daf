//! One image: recognized by size and time of its file, or read, hashed, decoded, its views resampled. Records of
//! files that hold the pixels of many images are read and hashed every time: they are small, and the
//! time of the file tells nothing of one of them.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use atomic_file::open_regular;
use dataset::{Content, Record, RecordError, RecordFiles, RecordPlace, Samples};
use feature_cache::hash_boxed;
use preprocess::{DecodeError, Decoded, Limits, Rgb, ViewsError};
use schema::{BoundingBox, Sample, Unreadable};

use super::context::Run;
use super::crop::crop;
use super::known::Image;
use super::row::{Row, Stamp};
use network::Recipe;

/// How often a file that changes while it is read is read.
const ATTEMPTS: usize = 3;

/// How images are loaded.
pub(super) struct Loader<'a> {
    /// The folder that paths are relative to.
    root: &'a Path,
    /// The images of the manifest.
    samples: &'a Samples,
    /// From files to the pixels of views.
    recipe: &'a Recipe,
    /// What a file may ask for.
    limits: &'a Limits,
    /// Whether size and modification time are not enough to recognize a file.
    rehash: bool,
    /// Whether the network sees the boxes of samples only.
    crop_box: bool,
    /// Files of records that are packed, unpacked.
    records: RecordFiles,
    /// Whether the pixels of this content are of use.
    wants: &'a (dyn Fn(&[u8; 32]) -> bool + Sync),
}

/// What the network and the cache want to know of an image.
pub(super) struct Loaded {
    pub(super) row: Row,
    /// The row that its path had in the last cache.
    pub(super) before: Option<Sample>,
    /// `None` when not wanted.
    pub(super) pixels: Option<Pixels>,
}

/// What the network is to see of an image.
pub(super) struct Pixels {
    /// Its views, not normalized.
    pub(super) views: Vec<Rgb>,
    /// Whether an orientation in EXIF data was ignored.
    pub(super) is_left_turned: bool,
}

/// Why an image gives no features. The path is told beside it.
#[derive(Debug, thiserror::Error)]
enum LoadError {
    #[error("cannot read the file: {0}")]
    Read(#[from] io::Error),
    #[error("the file changed while it was read, {ATTEMPTS} times over")]
    Changing,
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Views(#[from] ViewsError),
    #[error("the box of the sample lies outside the image, which has {width}x{height} pixels")]
    BoxOutside { width: u32, height: u32 },
}

/// What tells that a file has changed, the hash of the content, and its pixels if they are wanted.
type Hashed = (Stamp, [u8; 32], Option<Pixels>);

impl<'a> Loader<'a> {
    /// Loads images of the plan of `run`, and the views of those that it `wants`.
    pub(super) fn new(run: &'a Run<'_>, wants: &'a (dyn Fn(&[u8; 32]) -> bool + Sync)) -> Self {
        let Run { recipe, job, plan, .. } = run;
        Self {
            root: &plan.root,
            samples: &plan.samples,
            recipe,
            limits: &job.limits,
            rehash: job.rehash,
            crop_box: job.crop_box,
            records: RecordFiles::default(),
            wants,
        }
    }

    pub(super) fn load(&self, image: Image) -> Result<Loaded, Unreadable> {
        let Image { number, before } = image;
        let sample = self.samples.get(number);
        let content = match sample.content(self.root) {
            Content::File(file) => match sample.bounding_box.filter(|_| self.crop_box) {
                Some(bounding_box) => self.boxed(&file, bounding_box),
                None => self.file(&file, before.as_ref()),
            },
            Content::Record(place) => self.record(&place),
        };
        match content {
            Ok((stamp, content_hash, pixels)) => {
                Ok(Loaded { row: Row { image: number, stamp, content_hash }, before, pixels })
            }
            Err(error) => {
                let (path, reason) = (sample.path.to_owned(), error.to_string());
                Err(Unreadable { path, reason })
            }
        }
    }

    fn record(&self, place: &RecordPlace) -> Result<Hashed, LoadError> {
        let record = self.records.read(place, self.limits.max_pixels)?;
        let bytes = record.to_netpbm();
        let Stamp { mtime_ns, .. } = Stamp::of(&fs::metadata(&place.file)?);
        let stamp = Stamp { size: bytes.len() as u64, mtime_ns };
        let content_hash = blake3::hash(&bytes).into();
        let image = || Ok(Decoded { image: rgb(record), is_left_turned: false });
        Ok((stamp, content_hash, self.pixels(&content_hash, image)?))
    }

    /// A box in a file. It is read every time: size and modification time tell nothing of the box.
    fn boxed(&self, file: &Path, bounding_box: BoundingBox) -> Result<Hashed, LoadError> {
        let (stamp, bytes) = read(file, self.limits)?;
        let content_hash = hash_boxed(&bytes, bounding_box);
        let pixels = self.pixels(&content_hash, || {
            let Decoded { image, is_left_turned } =
                self.recipe.preset.decode_and_tell(&bytes, self.limits)?;
            let outside = LoadError::BoxOutside { width: image.width, height: image.height };
            let image = crop(&image, bounding_box).ok_or(outside)?;
            Ok(Decoded { image, is_left_turned })
        })?;
        Ok((stamp, content_hash, pixels))
    }

    fn file(&self, file: &Path, before: Option<&Sample>) -> Result<Hashed, LoadError> {
        if let Some(row) = before.filter(|row| !self.rehash && !(self.wants)(&row.content_hash)) {
            let stamp = Stamp::of(&fs::metadata(file)?);
            if stamp == (Stamp { size: row.size, mtime_ns: row.mtime_ns }) {
                return Ok((stamp, row.content_hash, None));
            }
        }
        let (stamp, bytes) = read(file, self.limits)?;
        let content_hash = blake3::hash(&bytes).into();
        let decode = || Ok(self.recipe.preset.decode_and_tell(&bytes, self.limits)?);
        Ok((stamp, content_hash, self.pixels(&content_hash, decode)?))
    }

    /// The views of an image of this content, if they are wanted.
    fn pixels(
        &self,
        content_hash: &[u8; 32],
        image: impl FnOnce() -> Result<Decoded, LoadError>,
    ) -> Result<Option<Pixels>, LoadError> {
        if !(self.wants)(content_hash) {
            return Ok(None);
        }
        let Decoded { image, is_left_turned } = image()?;
        Ok(Some(Pixels { views: self.recipe.pixels(&image, self.limits)?, is_left_turned }))
    }
}

/// A record in color: gray is repeated, as in image files.
fn rgb(record: Record) -> Rgb {
    let Record { width, height, channels, pixels } = record;
    let pixels = match channels {
        1 => pixels.into_iter().flat_map(|gray| [gray; 3]).collect(),
        _ => pixels,
    };
    Rgb { width, height, pixels }
}

/// The file's bytes, and the stamp that belongs to them: before and after they were read the path
/// led to a file of the same stamp. Of a file that is larger than allowed nothing is read, and of
/// one that grows meanwhile no more than it was to have.
fn read(path: &Path, limits: &Limits) -> Result<(Stamp, Vec<u8>), LoadError> {
    for _ in 0..ATTEMPTS {
        let stamp = Stamp::of(&fs::metadata(path)?);
        limits.check_bytes(stamp.size)?;
        let mut bytes = Vec::with_capacity(usize::try_from(stamp.size).unwrap_or(0));
        open_regular(path)?.take(stamp.size + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == stamp.size && Stamp::of(&fs::metadata(path)?) == stamp {
            return Ok((stamp, bytes));
        }
    }
    Err(LoadError::Changing)
}
