//! Where the bytes of a dataset lie, in whatever way they are stored.
//!
//! HDF5 says where; the bytes are read and decoded without it, so that no more memory is taken than the
//! shape of the dataset says.

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use hdf5::Dataset;
use hdf5::dataset::Layout;

use super::filters::{Pipeline, decode};

/// Bytes of chunks that are decoded at a time, at most.
const BAND_LIMIT: usize = 2 << 30;

/// The rows of a dataset, as bytes of the type that they have in the file.
pub(super) struct Storage {
    /// Its shape; that of a single value is `[1]`.
    pub(super) shape: Vec<usize>,
    element: usize,
    place: Place,
}

enum Place {
    /// One row behind the other, from this byte of the file on.
    Contiguous(u64),
    Chunked(Chunks),
}

/// A grid of blocks, each of which passed through filters.
struct Chunks {
    shape: Vec<usize>,
    pipeline: Pipeline,
    /// By their place in the grid.
    at: HashMap<Vec<usize>, Chunk>,
}

#[derive(Clone, Copy)]
struct Chunk {
    offset: u64,
    n_bytes: u64,
    /// Bits of the filters that it did not pass through.
    skipped: u32,
}

impl Storage {
    /// Finds the rows of `dataset`, of `element` bytes a value, in a file of `file_len` bytes. The error says
    /// what is in the way.
    pub(super) fn new(dataset: &Dataset, element: usize, file_len: u64) -> Result<Self, String> {
        let unreadable = |error: hdf5::Error| format!("cannot be read: {error}");
        let shape = if dataset.is_scalar() { vec![1] } else { dataset.shape() };
        let properties = dataset.dcpl().map_err(unreadable)?;
        if !properties.get_external().map_err(unreadable)?.is_empty() {
            return Err("lies in another file".to_owned());
        }
        let n_bytes = shape.iter().try_fold(element, |n, &d| n.checked_mul(d));
        let n_bytes = n_bytes.ok_or_else(|| format!("has shape {shape:?}, which is too large"))?;
        let place = match properties.get_layout().map_err(unreadable)? {
            _ if n_bytes == 0 => Place::Contiguous(0),
            Layout::Contiguous => {
                let offset = dataset.offset().ok_or("was never written")?;
                if offset.saturating_add(n_bytes as u64) > file_len {
                    return Err("reaches beyond the end of the file".to_owned());
                }
                Place::Contiguous(offset)
            }
            Layout::Chunked => Place::Chunked(Chunks::new(dataset, &shape, element, file_len)?),
            Layout::Compact => return Err("is stored in the header of its object".to_owned()),
            Layout::Virtual => return Err("is a view of other datasets".to_owned()),
        };
        Ok(Self { shape, element, place })
    }

    /// Bytes in a row.
    pub(super) fn row_bytes(&self) -> usize {
        self.element * self.shape[1..].iter().product::<usize>()
    }

    /// Bytes of all rows.
    pub(super) fn n_bytes(&self) -> usize {
        self.shape[0] * self.row_bytes()
    }

    /// Rows that are best read at a time, about `n_bytes` of them.
    pub(super) fn band(&self, n_bytes: usize) -> usize {
        let rows = (n_bytes / self.row_bytes().max(1)).max(1);
        match &self.place {
            Place::Contiguous(_) => rows,
            Place::Chunked(chunks) => chunks.shape[0].min(self.shape[0]),
        }
    }

    /// The bytes of some rows: those of a [`band`](Self::band), or all.
    pub(super) fn read(&self, file: &File, rows: Range<usize>) -> Result<Vec<u8>, String> {
        match &self.place {
            Place::Contiguous(offset) => {
                let row_bytes = self.row_bytes();
                let mut bytes = vec![0; rows.len() * row_bytes];
                read(file, offset + (rows.start * row_bytes) as u64, &mut bytes)?;
                Ok(bytes)
            }
            Place::Chunked(chunks) => self.read_chunks(file, chunks, rows),
        }
    }

    /// Decodes all chunks that have one of the rows, and copies from each what belongs to them.
    fn read_chunks(
        &self,
        file: &File,
        chunks: &Chunks,
        rows: Range<usize>,
    ) -> Result<Vec<u8>, String> {
        let height = chunks.shape[0];
        let mut bytes = Vec::new();
        for band in rows.start / height..rows.end.div_ceil(height) {
            for rest in grid(&self.shape[1..], &chunks.shape[1..]) {
                let place = [&[band][..], &rest].concat();
                let chunk = chunks.decoded(file, &place, self.element)?;
                // Nothing is asked for before a chunk shows that there is something.
                bytes.resize(rows.len() * self.row_bytes(), 0);
                self.scatter(&chunk, &chunks.shape, &place, rows.clone(), &mut bytes);
            }
        }
        Ok(bytes)
    }

    /// Copies the lines of a chunk (values next to each other in the last dimension) to where they belong.
    fn scatter(
        &self,
        chunk: &[u8],
        chunk_shape: &[usize],
        place: &[usize],
        rows: Range<usize>,
        bytes: &mut [u8],
    ) {
        let last = chunk_shape.len() - 1;
        let first: Vec<usize> = place.iter().zip(chunk_shape).map(|(p, c)| p * c).collect();
        let line = chunk_shape[last] * self.element;
        let inside = |d: usize| (self.shape[d] - first[d]).min(chunk_shape[d]);
        for (number, line) in chunk.chunks_exact(line).enumerate() {
            let mut rest = number;
            let mut at = vec![0; last + 1];
            for d in (0..last).rev() {
                at[d] = rest % chunk_shape[d];
                rest /= chunk_shape[d];
            }
            let is_inside = (0..last).all(|d| at[d] < inside(d));
            let row = first[0] + at[0];
            if !is_inside || (last > 0 && !rows.contains(&row)) {
                continue;
            }
            if last == 0 {
                self.copy_line(line, first[0], inside(0), &rows, bytes);
                continue;
            }
            let mut offset = row - rows.start;
            for d in 1..=last {
                offset = offset * self.shape[d] + first[d] + at[d];
            }
            let n = inside(last) * self.element;
            bytes[offset * self.element..][..n].copy_from_slice(&line[..n]);
        }
    }

    /// Likewise where values are rows.
    fn copy_line(&self, line: &[u8], first: usize, n: usize, rows: &Range<usize>, out: &mut [u8]) {
        for (row, value) in (first..first + n).zip(line.chunks_exact(self.element)) {
            if rows.contains(&row) {
                out[(row - rows.start) * self.element..][..self.element].copy_from_slice(value);
            }
        }
    }
}

impl Chunks {
    fn new(
        dataset: &Dataset,
        shape: &[usize],
        element: usize,
        file_len: u64,
    ) -> Result<Self, String> {
        let unreadable = |error: hdf5::Error| format!("cannot be read: {error}");
        let properties = dataset.dcpl().map_err(unreadable)?;
        let pipeline = Pipeline::new(&properties.get_filters().map_err(unreadable)?)?;
        let chunk_shape = properties.get_chunk().map_err(unreadable)?.unwrap_or_default();
        if chunk_shape.len() != shape.len() || chunk_shape.contains(&0) {
            return Err(format!("has chunks of shape {chunk_shape:?}, and is {shape:?}"));
        }
        let band = chunk_shape[1..].iter().zip(&shape[1..]).map(|(c, s)| s.next_multiple_of(*c));
        let band = band.chain([chunk_shape[0]]).try_fold(element, usize::checked_mul);
        if band.is_none_or(|band| band > BAND_LIMIT) {
            return Err(format!("has chunks that are too large: {chunk_shape:?} of {shape:?}"));
        }
        let mut at = HashMap::new();
        let visit = |info: hdf5::dataset::ChunkInfoRef<'_>| {
            let place = info.offset.iter().zip(&chunk_shape).map(|(o, c)| *o as usize / c);
            let chunk = Chunk { offset: info.addr, n_bytes: info.size, skipped: info.filter_mask };
            at.insert(place.collect(), chunk);
            0
        };
        dataset.chunks_visit(visit).map_err(unreadable)?;
        let reaches_out = |c: &Chunk| c.offset.saturating_add(c.n_bytes) > file_len;
        if at.values().any(reaches_out) {
            return Err("has chunks beyond the end of the file".to_owned());
        }
        let mut n_chunks = shape.iter().zip(&chunk_shape).map(|(s, c)| s.div_ceil(*c));
        let n_chunks = n_chunks.try_fold(1_usize, usize::checked_mul);
        if n_chunks != Some(at.len()) {
            return Err("has chunks that were never written".to_owned());
        }
        Ok(Self { shape: chunk_shape, pipeline, at })
    }

    /// The values of a chunk, those beyond the edge of the dataset included.
    fn decoded(&self, file: &File, place: &[usize], element: usize) -> Result<Vec<u8>, String> {
        let chunk = self.at.get(place).ok_or("has chunks that were never written")?;
        let mut bytes = vec![0; chunk.n_bytes as usize];
        read(file, chunk.offset, &mut bytes)?;
        let n_bytes = self.shape.iter().product::<usize>() * element;
        decode(&self.pipeline, chunk.skipped, bytes, n_bytes, element)
    }
}

/// The places of all chunks in a grid.
fn grid(shape: &[usize], chunk: &[usize]) -> Vec<Vec<usize>> {
    let mut places = vec![Vec::new()];
    for (n, c) in shape.iter().zip(chunk) {
        let longer = |place: &Vec<usize>| {
            let place = place.clone();
            (0..n.div_ceil(*c)).map(move |i| [&place[..], &[i]].concat())
        };
        places = places.iter().flat_map(longer).collect();
    }
    places
}

fn read(file: &File, offset: u64, bytes: &mut [u8]) -> Result<(), String> {
    file.read_exact_at(bytes, offset).map_err(|error| format!("cannot be read: {error}"))
}
