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

use crate::body::Digest;
use crate::error::{CHANGED, ReadError};
use crate::layout;

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

    /// The digest of each dataset, by path, as written.
    pub(crate) fn checksums(&self) -> Result<Vec<(String, Digest)>, ReadError> {
        let names = self.strings(layout::CHECKSUM_NAME)?;
        Ok(names.into_iter().zip(self.numbers(layout::CHECKSUM_BLAKE3)?).collect())
    }

    /// Holds the datasets that are asked for against their checksums.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] for the first that is not what was written.
    pub(crate) fn verify(&self, is_asked_for: impl Fn(&str) -> bool) -> Result<(), ReadError> {
        for (item, written) in self.checksums()? {
            if is_asked_for(&item) && self.digest(&item)? != written {
                return Err(self.damaged(&item, CHANGED.to_owned()));
            }
        }
        Ok(())
    }

    /// BLAKE3 of all bytes of a dataset, which are read piece by piece.
    fn digest(&self, item: &str) -> Result<Digest, ReadError> {
        let mut hasher = blake3::Hasher::new();
        self.each_piece(item, |_, bytes| {
            hasher.update_rayon(bytes);
        })?;
        Ok(hasher.finalize().into())
    }

    /// Reads a dataset from its first row to its last, and hands over its rows piece by piece, with the
    /// number of the first row in each.
    pub(crate) fn each_piece(
        &self,
        item: &str,
        mut with: impl FnMut(usize, &[u8]),
    ) -> Result<(), ReadError> {
        let Extent { row_bytes, n_rows, .. } = self.of(item);
        let piece = (PIECE / row_bytes.max(1)).clamp(1, n_rows.max(1));
        let mut buffer = vec![0; piece.min(n_rows) * row_bytes];
        for start in (0..n_rows).step_by(piece) {
            let buffer = &mut buffer[..piece.min(n_rows - start) * row_bytes];
            self.read(item, start, buffer)?;
            with(start, buffer);
        }
        Ok(())
    }

    pub(crate) fn damaged(&self, item: &str, problem: String) -> ReadError {
        ReadError::Damaged { path: self.path.clone(), item: item.to_owned(), problem }
    }

    pub(crate) fn failed(&self, item: &str, source: io::Error) -> ReadError {
        ReadError::Io { path: self.path.clone(), item: item.to_owned(), source }
    }
}

/// Bytes read at a time.
const PIECE: usize = 4 << 20;
