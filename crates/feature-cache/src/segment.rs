//! Segments: closed pieces of a run that is not finished.
//!
//! ```text
//! magic           8 bytes, "OFFSEG1\n"
//! n_rows          u32
//! identity        32 bytes, BLAKE3 of what made the features
//! content hashes  [n_rows, 32]
//! rows            for each tap, [n_rows, row]
//! digest          32 bytes, BLAKE3 of everything before
//! ```
//!
//! All numbers are little-endian. A segment is written under a temporary name, synced and renamed:
//! under its own name it is whole. The digest is for what happens to it afterwards.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use atomic_file::{FileId, open_regular};
use schema::Provenance;

use crate::rows::{ContentHash, RowFile, RowSource};

const MAGIC: &[u8; 8] = b"OFFSEG1\n";
const HEADER_LEN: usize = MAGIC.len() + 4 + 32;
const DIGEST_LEN: usize = 32;
/// Bytes hashed at a time.
const PIECE: usize = 1 << 20;

/// Rows on their way into a segment.
pub(crate) struct Rows {
    pub(crate) hashes: Vec<ContentHash>,
    /// Encoded rows of each tap.
    pub(crate) taps: Vec<Vec<u8>>,
}

/// Why a file is no segment of this run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SegmentError {
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    #[error("has {got} bytes, expected {expected}: it was truncated or extended")]
    Length { expected: u64, got: u64 },
    #[error("is no segment")]
    Magic,
    #[error("belongs to features of another origin")]
    Foreign,
    #[error("does not match its digest: its bytes have changed")]
    Digest,
}

/// A digest of everything that features depend on, which excludes names that are for people.
pub(crate) fn identity(provenance: &Provenance) -> [u8; 32] {
    let mut nameless = provenance.clone();
    nameless.weights.name.clear();
    blake3::hash(&serde_json::to_vec(&nameless).expect("plain data")).into()
}

/// Writes a segment to `file`.
pub(crate) fn write(file: &mut File, identity: &[u8; 32], rows: &Rows) -> io::Result<()> {
    let n_rows = u32::try_from(rows.hashes.len()).expect("a segment is far smaller");
    let mut hasher = blake3::Hasher::new();
    let mut put = |bytes: &[u8]| {
        hasher.update(bytes);
        file.write_all(bytes)
    };
    put(MAGIC)?;
    put(&n_rows.to_le_bytes())?;
    put(identity)?;
    put(rows.hashes.as_flattened())?;
    for tap in &rows.taps {
        put(tap)?;
    }
    file.write_all(hasher.finalize().as_bytes())
}

/// Opens the segment at `path` and checks all of it.
pub(crate) fn open(
    path: &Path,
    identity: &[u8; 32],
    row_bytes: &[usize],
) -> Result<(Vec<ContentHash>, RowFile), SegmentError> {
    let mut file = open_regular(path)?;
    let id = FileId::of(&file.metadata()?);
    let got = file.metadata()?.len();
    let mut header = [0; HEADER_LEN];
    if got < (HEADER_LEN + DIGEST_LEN) as u64 {
        return Err(SegmentError::Length { expected: (HEADER_LEN + DIGEST_LEN) as u64, got });
    }
    file.read_exact(&mut header)?;
    let (magic, rest) = header.split_first_chunk().expect("the header begins with it");
    let (n_rows, found_identity) = rest.split_first_chunk().expect("and goes on with this");
    if magic != MAGIC {
        return Err(SegmentError::Magic);
    }
    if found_identity != identity {
        return Err(SegmentError::Foreign);
    }
    let n_rows = u32::from_le_bytes(*n_rows);
    let bytes_a_row = 32 + row_bytes.iter().sum::<usize>() as u64;
    let digest_at = HEADER_LEN as u64 + u64::from(n_rows) * bytes_a_row;
    let expected = digest_at + DIGEST_LEN as u64;
    if got != expected {
        return Err(SegmentError::Length { expected, got });
    }

    // The length was right, so that the hashes asked for are there.
    let mut hashes = vec![[0; 32]; n_rows as usize];
    file.read_exact(hashes.as_flattened_mut())?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&header).update(hashes.as_flattened());
    let mut left = u64::from(n_rows) * (bytes_a_row - 32);
    let mut piece = vec![0; PIECE];
    while left > 0 {
        let piece = &mut piece[..left.min(PIECE as u64) as usize];
        file.read_exact(piece)?;
        hasher.update(piece);
        left -= piece.len() as u64;
    }
    let mut digest = [0; DIGEST_LEN];
    file.read_exact(&mut digest)?;
    if hasher.finalize() != digest {
        return Err(SegmentError::Digest);
    }

    let mut offset = (HEADER_LEN + 32 * hashes.len()) as u64;
    let mut offsets = Vec::with_capacity(row_bytes.len());
    for bytes in row_bytes {
        offsets.push(offset);
        offset += u64::from(n_rows) * *bytes as u64;
    }
    let source = RowSource::Segment { path: path.to_owned(), id };
    Ok((hashes, RowFile::new(source, offsets, row_bytes.to_vec())))
}
