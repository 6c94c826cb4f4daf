//! The rows of a dataset of numbers, read from the first to the last, as numbers of another type.

use std::fs::File;
use std::ops::Range;

use super::elements::{Element, convert};
use super::storage::Storage;
use crate::body::Digest;

/// Bytes of rows read at a time, where it is free to choose.
const PIECE: usize = 16 << 20;

/// A dataset that is read band by band: so many rows as are best decoded at a time.
pub(super) struct Bands<'a> {
    file: &'a File,
    storage: Storage,
    read_as: Element,
    write_as: Element,
    /// The rows that were read last, in their new type.
    band: Vec<u8>,
    /// Which rows these are.
    rows: Range<usize>,
    /// Of the bytes as they were stored, until all are read.
    hasher: Option<blake3::Hasher>,
}

impl<'a> Bands<'a> {
    pub(super) fn new(
        file: &'a File,
        storage: Storage,
        read_as: Element,
        write_as: Element,
    ) -> Self {
        let hasher = Some(blake3::Hasher::new());
        Self { file, storage, read_as, write_as, band: Vec::new(), rows: 0..0, hasher }
    }

    /// Fills `bytes` with the rows that come next. With the last of them comes the digest of all bytes as they
    /// were stored. The error says what is in the way.
    pub(super) fn fill(
        &mut self,
        rows: Range<usize>,
        bytes: &mut [u8],
    ) -> Result<Option<Digest>, String> {
        let row_bytes = self.row_bytes();
        let mut row = rows.start;
        while row < rows.end {
            if row >= self.rows.end {
                self.read_next()?;
            }
            let until = rows.end.min(self.rows.end);
            let to = &mut bytes[(row - rows.start) * row_bytes..][..(until - row) * row_bytes];
            to.copy_from_slice(&self.band[(row - self.rows.start) * row_bytes..][..to.len()]);
            row = until;
        }
        let is_all = self.rows.end == self.storage.shape[0];
        let hasher = if is_all { self.hasher.take() } else { None };
        Ok(hasher.map(|hasher| hasher.finalize().into()))
    }

    /// Bytes of a row in its new type.
    fn row_bytes(&self) -> usize {
        self.storage.row_bytes() / self.read_as.size() * self.write_as.size()
    }

    fn read_next(&mut self) -> Result<(), String> {
        let start = self.rows.end;
        self.rows = start..(start + self.storage.band(PIECE)).min(self.storage.shape[0]);
        let stored = self.storage.read(self.file, self.rows.clone())?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&stored);
        }
        let n_bytes = self.rows.len() * self.row_bytes();
        self.band.resize(n_bytes, 0);
        convert((&stored, self.read_as), (&mut self.band, self.write_as))
    }
}
