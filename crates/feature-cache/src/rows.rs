//! Rows of features on disk, and where the row of an image's content lies.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use atomic_file::{FileId, open_regular};

use crate::error::ReadError;
use crate::extents::Extents;
use crate::layout;

/// BLAKE3 of an image file.
pub(crate) type ContentHash = [u8; 32];

/// A file in which each tap's rows lie one behind the other.
pub(crate) struct RowFile {
    source: RowSource,
    /// Where the first row of each tap begins.
    offsets: Vec<u64>,
    /// Bytes in a row of each tap.
    row_bytes: Vec<usize>,
}

/// Where a file is read from. Either way the bytes are those of the file that was checked.
pub(crate) enum RowSource {
    /// A cache, which stays open.
    Cache(Arc<Extents>),
    /// A segment. It is opened when it is read: a long run has more of them than a process may have
    /// open files.
    Segment {
        path: PathBuf,
        /// Of the file when it was checked.
        id: FileId,
    },
}

impl RowFile {
    pub(crate) fn new(source: RowSource, offsets: Vec<u64>, row_bytes: Vec<usize>) -> Self {
        Self { source, offsets, row_bytes }
    }

    /// Holds the rows of a cache against their checksums. Those of a segment were when it was opened.
    pub(crate) fn verify(&self) -> Result<(), ReadError> {
        match &self.source {
            RowSource::Cache(extents) => extents.verify(layout::is_feature),
            RowSource::Segment { .. } => Ok(()),
        }
    }

    fn failed(&self, source: io::Error) -> ReadError {
        let path = match &self.source {
            RowSource::Cache(extents) => &extents.path,
            RowSource::Segment { path, .. } => path,
        };
        ReadError::Io { path: path.clone(), item: layout::FEATURES.to_owned(), source }
    }

    /// # Errors
    /// When the system refuses, or another file has taken the place of a segment.
    fn open(&self) -> io::Result<File> {
        match &self.source {
            RowSource::Cache(extents) => extents.file.try_clone(),
            RowSource::Segment { path, id } => {
                let file = open_regular(path)?;
                if FileId::of(&file.metadata()?) == *id {
                    return Ok(file);
                }
                Err(io::Error::other("the file has changed since it was checked"))
            }
        }
    }

    /// Fills `bytes` with the rows of `tap` from `first` on. `file` is this one, open.
    fn read(&self, file: &File, tap: usize, first: usize, bytes: &mut [u8]) -> io::Result<()> {
        let offset = self.offsets[tap] + (first * self.row_bytes[tap]) as u64;
        file.read_exact_at(bytes, offset)
    }
}

/// A row: which file, and its number there. The order is that in which rows were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowPlace {
    pub(crate) file: u32,
    pub(crate) row: u32,
}

/// The contents whose features are known. Clones share one list, to which the run adds.
#[derive(Clone, Default)]
pub struct KnownRows(Arc<RwLock<Places>>);

/// Where rows lie. There may be millions, so that those of closed files are in a list: 40 bytes each,
/// where a map that grows takes up to 140.
#[derive(Default)]
struct Places {
    /// Rows of closed files, sorted by content.
    closed: Vec<(ContentHash, RowPlace)>,
    /// Rows of the file that is being filled.
    open: HashMap<ContentHash, RowPlace>,
}

impl Places {
    fn get(&self, content_hash: &ContentHash) -> Option<RowPlace> {
        match self.closed.binary_search_by(|(closed, _)| closed.cmp(content_hash)) {
            Ok(index) => Some(self.closed[index].1),
            Err(_) => self.open.get(content_hash).copied(),
        }
    }

    /// Brings the list into order. The first place of a content stays: all its rows are equal.
    fn sort(&mut self) {
        self.closed.sort_unstable();
        self.closed.dedup_by_key(|(content_hash, _)| *content_hash);
    }
}

impl KnownRows {
    /// Whether the features of this content are known.
    pub fn contains(&self, content_hash: &[u8; 32]) -> bool {
        self.place(content_hash).is_some()
    }

    pub(crate) fn place(&self, content_hash: &ContentHash) -> Option<RowPlace> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(content_hash)
    }

    /// Adds a row of the file that is being filled. The first place of a content stays.
    pub(crate) fn insert(&self, content_hash: ContentHash, place: RowPlace) {
        let mut places = self.write();
        if places.get(&content_hash).is_none() {
            places.open.insert(content_hash, place);
        }
    }

    /// Adds rows of closed files.
    pub(crate) fn extend(&self, rows: Vec<(ContentHash, RowPlace)>) {
        let mut places = self.write();
        if places.closed.is_empty() {
            places.closed = rows;
        } else {
            places.closed.extend(rows);
        }
        places.sort();
    }

    /// The file that was being filled is closed.
    pub(crate) fn close(&self) {
        let mut places = self.write();
        let Places { closed, open } = &mut *places;
        closed.extend(open.drain());
        places.sort();
    }

    pub(crate) fn len(&self) -> usize {
        let places = self.0.read().unwrap_or_else(PoisonError::into_inner);
        places.closed.len() + places.open.len()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Places> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the rows at `places[samples]` into `bytes`, neighbours in one go.
pub(crate) fn gather(
    files: &[RowFile],
    places: &[RowPlace],
    tap: usize,
    samples: Range<usize>,
    bytes: &mut [u8],
) -> Result<(), ReadError> {
    let places = &places[samples];
    let row_bytes = bytes.len() / places.len();
    let follows = |a: &RowPlace, b: &RowPlace| a.row.checked_add(1) == Some(b.row);
    let mut bytes = bytes;
    for of_file in places.chunk_by(|a, b| a.file == b.file) {
        let rows = &files[of_file[0].file as usize];
        let file = rows.open().map_err(|source| rows.failed(source))?;
        for run in of_file.chunk_by(follows) {
            let (these, rest) = bytes.split_at_mut(run.len() * row_bytes);
            rows.read(&file, tap, run[0].row as usize, these)
                .map_err(|source| rows.failed(source))?;
            bytes = rest;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_a_content_stays_whether_files_are_open_or_closed() {
        let place = |file, row| RowPlace { file, row };
        let known = KnownRows::default();
        known.extend(vec![([2; 32], place(0, 1)), ([1; 32], place(0, 0)), ([2; 32], place(0, 2))]);
        known.extend(vec![([3; 32], place(1, 0)), ([1; 32], place(1, 1))]);
        known.insert([3; 32], place(2, 0));
        known.insert([4; 32], place(2, 1));
        for _ in 0..2 {
            let places = [1, 2, 3, 4, 5].map(|byte| known.place(&[byte; 32]));
            let expected = [(0, 0), (0, 1), (1, 0), (2, 1)].map(|(file, row)| place(file, row));
            assert_eq!(places, [&expected.map(Some)[..], &[None]].concat()[..]);
            assert_eq!(known.len(), 4);
            known.close();
        }
    }
}
