//! Rows of a dataset, mapped into memory.
#![expect(unsafe_code, reason = "memory-mapping a file is unsafe; see the safety comment below")]

use std::io;
use std::ops::Deref;

use memmap2::{Mmap, MmapOptions};

use crate::body::Digest;
use crate::extents::{Extent, Extents};
use crate::lost_map::Watch;

/// The bytes of a dataset. Nothing is read before it is used.
pub(crate) struct MappedRows {
    /// Dropped before the map, whose place in memory may be another's afterwards.
    _watch: Watch,
    map: Mmap,
}

impl MappedRows {
    /// Maps the rows of the dataset `item`.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn new(extents: &Extents, item: &str) -> io::Result<Self> {
        let Extent { offset, row_bytes, n_rows } = extents.of(item);
        let len = n_rows * row_bytes;
        // SAFETY: the map is read-only. A finished cache is never modified in place: writers
        // rename a new file over it, which leaves this one's contents alone while it is mapped. Should
        // somebody else cut the file short nevertheless, reading ends the process (see `lost_map`).
        let map = unsafe { MmapOptions::new().offset(offset).len(len).map(&extents.file)? };
        let watch = Watch::new(&map, &extents.path);
        Ok(Self { map, _watch: watch })
    }

    /// BLAKE3 of the bytes, on all cores.
    pub(crate) fn digest(&self) -> Digest {
        blake3::Hasher::new().update_rayon(&self.map).finalize().into()
    }
}

impl Deref for MappedRows {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}
