//! A run that is not finished: the folder `<out>.partial`.
//!
//! It holds closed segments, the provenance that they share, and a lock that the system takes back
//! when the process dies. Rows are found by the content of their image, so that it does not matter
//! which images were asked for when a segment was written, nor in which order, nor how many
//! processes died since.

mod error;
mod folder;
mod limits;
mod peek;
mod segments;
mod space;

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use atomic_file::{Existing, UnfinishedFile};
use schema::{Provenance, Sample, Tap, Unreadable};

pub use self::error::PartialError;
use self::folder::{Lock, bind, lock};
pub use self::limits::SegmentLimits;
use self::segments::Segments;
pub use self::space::SpaceEstimate;
use self::space::segment_bytes;
use crate::annotations::Annotations;
use crate::assemble::{Target, assemble, check_folder};
use crate::encode::encode;
use crate::error::ReadError;
use crate::header::Header;
use crate::reader::Cache;
use crate::rows::{KnownRows, RowFile, RowPlace, gather};
use crate::segment::{self, Rows, SegmentError};
use crate::write_error::WriteError;

/// A segment that could not be used. Its rows are computed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedSegment {
    /// Where it lies now: it was renamed.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

/// The folder of a run that is over could not be removed. The next run clears it away.
#[derive(Debug, thiserror::Error)]
#[error("`{}` could not be removed, though nobody needs it any more", folder.display())]
pub struct Leftover {
    /// The folder.
    pub folder: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// An unfinished run, held by this process.
///
/// # Examples
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (header, samples): (feature_cache::Header, Vec<schema::Sample>) = unimplemented!();
/// # fn compute(_: &schema::Sample) -> Vec<f32> { Vec::new() }
/// use feature_cache::{Partial, SegmentLimits, SpaceEstimate};
/// use schema::Sample;
///
/// let (limits, space) = (SegmentLimits::default(), SpaceEstimate::default());
/// let out = "photos.h5".as_ref();
/// let mut partial = Partial::open(out, &header.provenance, &header.taps, limits, space)?;
/// for sample in &samples {
///     // What an earlier process has computed is there.
///     if !partial.known().contains(&sample.content_hash) {
///         partial.push(sample.content_hash, &[&compute(sample)])?;
///     }
/// }
/// partial.finish(&header, samples.iter().map(Sample::borrowed), &[])?;
/// # Ok(())
/// # }
/// ```
pub struct Partial {
    out: PathBuf,
    folder: PathBuf,
    taps: Vec<Tap>,
    identity: [u8; 32],
    limits: SegmentLimits,
    space: SpaceEstimate,
    set_aside: Vec<DamagedSegment>,
    known: KnownRows,
    /// Closed segments, and caches whose rows are reused.
    files: Vec<RowFile>,
    next_segment: u32,
    open: Rows,
    opened: Instant,
    /// Held as long as this lives.
    _lock: Lock,
}

impl Partial {
    /// The folder that belongs to `out`, or to the file that it leads to: what two symbolic links lead to
    /// is one cache, and has one lock.
    pub fn folder_of(out: &Path) -> PathBuf {
        let out = resolved(out);
        let mut name = out.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        out.with_file_name(name)
    }

    /// Begins a run that will write `out`, or goes on with one that was interrupted. When the disk is
    /// full, the error names the space that is needed, by the estimate.
    ///
    /// # Errors
    /// When another process holds it, it is of other features, or the folder cannot be used.
    pub fn open(
        out: &Path,
        provenance: &Provenance,
        taps: &[Tap],
        limits: SegmentLimits,
        space: SpaceEstimate,
    ) -> Result<Self, PartialError> {
        check_folder(out)?;
        // Once: a link may lead elsewhere later.
        let out = resolved(out);
        let folder = Self::folder_of(&out);
        let needed_bytes = space.bytes(taps);
        let failed = |source| WriteError::io(&folder, needed_bytes, source);
        let lock = lock(&out, &folder, needed_bytes)?;
        bind(&folder, provenance, needed_bytes)?;
        let mut partial = Self {
            out,
            taps: taps.to_vec(),
            identity: segment::identity(provenance),
            limits,
            space,
            set_aside: Vec::new(),
            known: KnownRows::default(),
            files: Vec::new(),
            next_segment: 1,
            open: Rows { hashes: Vec::new(), taps: vec![Vec::new(); taps.len()] },
            opened: Instant::now(),
            _lock: lock,
            folder: folder.clone(),
        };
        partial.load_segments().map_err(failed)?;
        Ok(partial)
    }

    /// Segments that were found damaged, and set aside.
    pub fn set_aside(&self) -> &[DamagedSegment] {
        &self.set_aside
    }

    /// Rows that are known, from segments and from caches that are reused.
    pub fn n_rows(&self) -> usize {
        self.known.len()
    }

    /// The contents whose features need not be computed. Rows that are pushed later appear in it, too.
    pub fn known(&self) -> KnownRows {
        self.known.clone()
    }

    /// Sets how many rows may still be pushed, for the estimate of space. Each push counts down.
    pub fn expect_rows(&mut self, n_rows: usize) {
        self.space.n_rows = n_rows;
    }

    /// Adds the rows of a finished cache of the same provenance to those that are known.
    ///
    /// # Errors
    /// When the cache cannot be read.
    ///
    /// # Panics
    /// When a row was pushed already.
    pub fn reuse(&mut self, cache: &Cache) -> Result<(), ReadError> {
        assert!(self.open.hashes.is_empty(), "caches are reused before rows are pushed");
        let mut rows = Vec::with_capacity(cache.n_samples());
        for (row, content_hash) in cache.each_content_hash().enumerate() {
            rows.push((content_hash?, self.place(row)));
        }
        self.known.extend(rows);
        self.files.push(cache.row_file());
        Ok(())
    }

    /// Adds the features of an image's content: one slice a tap, of `n_views x n_features` numbers.
    /// The segment is closed when it reaches a limit.
    ///
    /// # Errors
    /// When a slice has another length, or the segment cannot be written.
    ///
    /// # Panics
    /// When there is not one slice a tap.
    pub fn push(&mut self, content_hash: [u8; 32], features: &[&[f32]]) -> Result<(), WriteError> {
        assert_eq!(features.len(), self.taps.len(), "one slice of features a tap");
        for (tap, row) in self.taps.iter().zip(features) {
            if row.len() != tap.row_len() {
                let (expected, got) = (tap.row_len(), row.len());
                return Err(WriteError::RowShape { tap: tap.name.clone(), expected, got });
            }
        }
        if self.open.hashes.is_empty() {
            self.opened = Instant::now();
        }
        for ((tap, row), bytes) in self.taps.iter().zip(features).zip(&mut self.open.taps) {
            encode(tap.dtype, row, bytes);
        }
        // The file that the open segment will be.
        self.known.insert(content_hash, self.place(self.open.hashes.len()));
        self.open.hashes.push(content_hash);
        self.space.n_rows = self.space.n_rows.saturating_sub(1);
        let bytes: usize = self.open.taps.iter().map(Vec::len).sum();
        let full = self.open.hashes.len() >= self.limits.rows || bytes >= self.limits.bytes;
        if full || self.opened.elapsed() >= self.limits.age { self.close_segment() } else { Ok(()) }
    }

    /// Writes the rows in memory to disk, where they are safe from whatever happens to the process.
    ///
    /// # Errors
    /// When the segment cannot be written. Its rows stay in memory.
    pub fn close_segment(&mut self) -> Result<(), WriteError> {
        if self.open.hashes.is_empty() {
            return Ok(());
        }
        let path = segments::path(&self.folder, self.next_segment);
        let write = || -> io::Result<()> {
            let mut file = UnfinishedFile::create(&self.folder)?;
            segment::write(file.as_file_mut(), &self.identity, &self.open)?;
            file.finish(&path, Existing::Refuse)
        };
        let these = segment_bytes(self.open.hashes.len(), &self.taps);
        let needed_bytes = these + self.space.bytes(&self.taps);
        write().map_err(|source| WriteError::io(&path, needed_bytes, source))?;
        let (_, file) = segment::open(&path, &self.identity, &self.row_bytes())
            .map_err(|error| WriteError::io(&path, 0, io::Error::other(error)))?;
        self.files.push(file);
        self.known.close();
        self.next_segment += 1;
        self.open.hashes.clear();
        self.open.taps.iter_mut().for_each(Vec::clear);
        Ok(())
    }

    /// Joins the rows of `samples`, in their order, into the finished file, which is written beside `out`,
    /// synced, and renamed over it. Then the folder is removed; that it could not be is no error, but is told.
    /// The iterator is cloned for each column.
    ///
    /// # Errors
    /// When the file cannot be written; everything is kept, and the run can go on.
    ///
    /// # Panics
    /// When the content of a sample is not known.
    pub fn finish<'a>(
        self,
        header: &Header,
        samples: impl ExactSizeIterator<Item = Sample<&'a str>> + Clone,
        errors: &[Unreadable],
    ) -> Result<Option<Leftover>, WriteError> {
        self.finish_annotated(header, samples, &Annotations::default(), errors)
    }

    /// As [`finish`](Self::finish), with what some data sets tell besides.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    ///
    /// # Panics
    /// As [`finish`](Self::finish), and when there is not one label a sample and class, or not one box
    /// a sample.
    pub fn finish_annotated<'a>(
        mut self,
        header: &Header,
        samples: impl ExactSizeIterator<Item = Sample<&'a str>> + Clone,
        annotations: &Annotations,
        errors: &[Unreadable],
    ) -> Result<Option<Leftover>, WriteError> {
        self.close_segment()?;
        self.files.iter().try_for_each(RowFile::verify)?;
        let places: Vec<RowPlace> = samples
            .clone()
            .map(|sample| self.known.place(&sample.content_hash).expect("its row was pushed"))
            .collect();
        let rows = |tap, samples: Range<usize>, bytes: &mut [u8]| {
            gather(&self.files, &places, tap, samples, bytes)
        };
        // In the folder of the run, where the next one clears away what a dead process leaves.
        let (path, workplace) = (self.out.as_path(), self.folder.as_path());
        let target = Target { path, workplace, existing: Existing::Replace };
        assemble(&target, header, samples, annotations, errors, &rows)?;
        Ok(self.discard().err())
    }

    /// Removes the unfinished run of `out`, whatever features it is of. Nothing happens when there is none.
    ///
    /// # Errors
    /// When another process holds it, or the system refuses.
    pub fn discard_any(out: &Path) -> Result<(), PartialError> {
        let folder = Self::folder_of(out);
        if folder.symlink_metadata().is_err() {
            return Ok(());
        }
        let _lock = lock(out, &folder, 0)?;
        Ok(folder::remove(&folder).map_err(|source| WriteError::io(&folder, 0, source))?)
    }

    /// Removes the folder, and what it holds.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn discard(self) -> Result<(), Leftover> {
        folder::remove(&self.folder)
            .map_err(|source| Leftover { folder: self.folder.clone(), source })
    }

    fn row_bytes(&self) -> Vec<usize> {
        self.taps.iter().map(Tap::row_bytes).collect()
    }

    /// Where a row of the file lies that comes next in `files`.
    fn place(&self, row: usize) -> RowPlace {
        let number =
            |n: usize| u32::try_from(n).expect("fewer than 2^32 files, and rows in a file");
        RowPlace { file: number(self.files.len()), row: number(row) }
    }

    /// Clears away what a dead process was writing, and takes the rows of closed segments.
    fn load_segments(&mut self) -> io::Result<()> {
        let Segments { closed, unfinished, next } = segments::list(&self.folder)?;
        self.next_segment = next;
        for path in unfinished {
            fs::remove_file(path)?; // of a process that died: nobody else holds the lock
        }
        let mut rows = Vec::new();
        for path in closed {
            match segment::open(&path, &self.identity, &self.row_bytes()) {
                Ok((hashes, file)) => {
                    let of_row = |(row, content_hash)| (content_hash, self.place(row));
                    rows.extend(hashes.into_iter().enumerate().map(of_row));
                    self.files.push(file);
                }
                Err(SegmentError::Read(error)) => return Err(error),
                Err(damage) => {
                    let aside = path.with_extension(segments::DAMAGED);
                    fs::rename(&path, &aside)?;
                    let reason = format!("`{}` {damage}", path.display());
                    self.set_aside.push(DamagedSegment { path: aside, reason });
                }
            }
        }
        self.known.extend(rows);
        Ok(())
    }
}

/// The file that `out` leads to; `out` itself where there is none yet.
fn resolved(out: &Path) -> PathBuf {
    fs::canonicalize(out).unwrap_or_else(|_| out.to_owned())
}
