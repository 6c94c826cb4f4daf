//! The bytes of datasets, read from where they lie in the file.
//!
//! HDF5 says where each dataset begins; the bytes are read without it, piece by piece.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use bytemuck::Pod;

use crate::error::ReadError;

/// Where the rows of a dataset lie, one behind the other.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) row_bytes: usize,
    pub(crate) n_rows: usize,
}

/// An open file, and where its datasets lie in it. All of them are inside of the file.
pub(crate) struct Extents {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) datasets: BTreeMap<String, Extent>,
}

impl Extents {
    pub(crate) fn has(&self, item: &str) -> bool {
        self.datasets.contains_key(item)
    }

    /// # Panics
    /// When there is no such dataset.
    pub(crate) fn of(&self, item: &str) -> Extent {
        self.datasets[item]
    }

    /// All numbers of a dataset.
    pub(crate) fn numbers<T: Pod>(&self, item: &str) -> Result<Vec<T>, ReadError> {
        self.numbers_of(item, 0..self.of(item).n_rows)
    }

    /// The numbers of some rows.
    pub(crate) fn numbers_of<T: Pod>(
        &self,
        item: &str,
        rows: Range<usize>,
    ) -> Result<Vec<T>, ReadError> {
        let n = rows.len() * self.of(item).row_bytes / size_of::<T>();
        let mut numbers = vec![T::zeroed(); n];
        self.read(item, rows.start, bytemuck::cast_slice_mut(&mut numbers))?;
        Ok(numbers)
    }

    /// All strings of a dataset.
    pub(crate) fn strings(&self, item: &str) -> Result<Vec<String>, ReadError> {
        self.strings_of(item, 0..self.of(item).n_rows)
    }

    /// The strings of some rows: UTF-8, padded with NUL.
    pub(crate) fn strings_of(
        &self,
        item: &str,
        rows: Range<usize>,
    ) -> Result<Vec<String>, ReadError> {
        let mut strings = Vec::with_capacity(rows.len());
        let width = self.of(item).row_bytes;
        let piece = (PIECE / width).max(1);
        let mut bytes = vec![0; piece.min(rows.len()) * width];
        for start in rows.clone().step_by(piece) {
            let bytes = &mut bytes[..piece.min(rows.end - start) * width];
            self.read(item, start, bytes)?;
            for string in bytes.chunks_exact(width) {
                let end = string.iter().position(|&byte| byte == 0).unwrap_or(width);
                let string = str::from_utf8(&string[..end])
                    .map_err(|_| self.damaged(item, "holds a string that is not UTF-8".into()))?;
                strings.push(string.to_owned());
            }
        }
        Ok(strings)
    }

    /// Fills `bytes` with the rows from `first` on.
    pub(crate) fn read(&self, item: &str, first: usize, bytes: &mut [u8]) -> Result<(), ReadError> {
        let Extent { offset, row_bytes, .. } = self.of(item);
        let offset = offset + (first * row_bytes) as u64;
        self.file.read_exact_at(bytes, offset).map_err(|source| self.failed(item, source))
    }

    pub(crate) fn damaged(&self, item: &str, problem: String) -> ReadError {
        ReadError::Damaged { path: self.path.clone(), item: item.to_owned(), problem }
    }

    pub(crate) fn failed(&self, item: &str, source: io::Error) -> ReadError {
        ReadError::Io { path: self.path.clone(), item: item.to_owned(), source }
    }
}

/// Bytes of strings read at a time.
const PIECE: usize = 1 << 20;
