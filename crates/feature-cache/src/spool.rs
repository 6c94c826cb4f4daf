//! Feature rows on disk while their number is not known yet.
//!
//! A contiguous dataset needs its length before its first row, and images may turn out unreadable
//! until the last one. So rows go to an unnamed temporary file first; it vanishes with the process.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::checksum::Digest;

/// Rows of one tap, in the order pushed.
pub(crate) struct Spool {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
}

impl Spool {
    /// An empty spool in `directory`, which should be on the disk that the cache will lie on.
    pub(crate) fn create_in(directory: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 20, tempfile::tempfile_in(directory)?);
        Ok(Self { file, hasher: blake3::Hasher::new() })
    }

    pub(crate) fn push(&mut self, row: &[f32]) -> io::Result<()> {
        let bytes: &[u8] = bytemuck::cast_slice(row);
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }

    /// Ends writing: the rows from the first one on, and their digest.
    pub(crate) fn finish(self) -> io::Result<(SpoolReader, Digest)> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok((SpoolReader(file), self.hasher.finalize().into()))
    }
}

/// Reads a spool once, front to back.
pub(crate) struct SpoolReader(File);

impl SpoolReader {
    /// Fills `rows` with the next numbers.
    pub(crate) fn read(&mut self, rows: &mut [f32]) -> io::Result<()> {
        self.0.read_exact(bytemuck::cast_slice_mut(rows))
    }
}
