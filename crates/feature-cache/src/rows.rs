//! Rows of features on disk, and where the row of an image's content lies.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

/// BLAKE3 of an image file.
pub(crate) type ContentHash = [u8; 32];

/// A file in which each tap's rows lie one behind the other: a segment, or a whole cache. It is opened
/// when it is read: a long run has more segments than a process may have open files.
pub(crate) struct RowFile {
    path: PathBuf,
    /// Where the first row of each tap begins.
    offsets: Vec<u64>,
    /// Bytes in a row of each tap.
    row_bytes: Vec<usize>,
}

impl RowFile {
    pub(crate) fn new(path: PathBuf, offsets: Vec<u64>, row_bytes: Vec<usize>) -> Self {
        Self { path, offsets, row_bytes }
    }

    /// Fills `bytes` with the rows of `tap` from `first` on.
    pub(crate) fn read(&self, tap: usize, first: usize, bytes: &mut [u8]) -> io::Result<()> {
        self.read_from(&File::open(&self.path)?, tap, first, bytes)
    }

    /// The same, when the file is open already.
    fn read_from(
        &self,
        mut file: &File,
        tap: usize,
        first: usize,
        bytes: &mut [u8],
    ) -> io::Result<()> {
        let offset = self.offsets[tap] + (first * self.row_bytes[tap]) as u64;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(bytes)
    }
}

/// A row: which file, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowPlace {
    pub(crate) file: u32,
    pub(crate) row: u32,
}

/// The contents whose features are known, shared with whoever must not compute them again.
#[derive(Clone, Default)]
pub struct KnownRows(Arc<RwLock<HashMap<ContentHash, RowPlace>>>);

impl KnownRows {
    /// Whether the features of this content are there.
    pub fn contains(&self, content_hash: &[u8; 32]) -> bool {
        self.place(content_hash).is_some()
    }

    pub(crate) fn place(&self, content_hash: &ContentHash) -> Option<RowPlace> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(content_hash).copied()
    }

    /// The first place of a content stays: all rows of one content are equal.
    pub(crate) fn insert(&self, content_hash: ContentHash, place: RowPlace) {
        let mut places = self.0.write().unwrap_or_else(PoisonError::into_inner);
        places.entry(content_hash).or_insert(place);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Reads the rows at `places[samples]` into `bytes`, neighbours in one go.
pub(crate) fn gather(
    files: &[RowFile],
    places: &[RowPlace],
    tap: usize,
    samples: Range<usize>,
    bytes: &mut [u8],
) -> io::Result<()> {
    let places = &places[samples];
    let row_bytes = bytes.len() / places.len();
    let follows = |a: &RowPlace, b: &RowPlace| a.row.checked_add(1) == Some(b.row);
    let mut bytes = bytes;
    for of_file in places.chunk_by(|a, b| a.file == b.file) {
        let rows = &files[of_file[0].file as usize];
        let file = File::open(&rows.path)?;
        for run in of_file.chunk_by(follows) {
            let (these, rest) = bytes.split_at_mut(run.len() * row_bytes);
            rows.read_from(&file, tap, run[0].row as usize, these)?;
            bytes = rest;
        }
    }
    Ok(())
}
