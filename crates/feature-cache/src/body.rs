//! The file under construction.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use crate::datasets::Dataset;
use crate::error::ReadError;
use crate::layout;
use crate::structure::Structure;

/// Bytes of rows written at a time.
const PIECE: usize = 16 << 20;

/// BLAKE3 of the bytes of a dataset.
pub(crate) type Digest = [u8; 32];

/// Which side failed.
pub(crate) enum BodyError {
    /// The file could not be written.
    Io(io::Error),
    /// Rows that go into it could not be read.
    Rows(ReadError),
}

impl From<io::Error> for BodyError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ReadError> for BodyError {
    fn from(error: ReadError) -> Self {
        Self::Rows(error)
    }
}

/// Writes the datasets to an empty file, and for each the checksum that `checksum` makes of its path and of
/// the digest of its bytes. Gives the length of what describes them, at the beginning of the file.
pub(crate) fn write(
    file: &File,
    mut datasets: Vec<Dataset<'_>>,
    checksum: &dyn Fn(&str, Digest) -> Digest,
) -> Result<usize, BodyError> {
    let mut digests: BTreeMap<String, Digest> =
        datasets.iter().map(|dataset| (dataset.path.clone(), Digest::default())).collect();
    // Before the digests are known, their length is.
    let Structure { bytes, offsets, n_bytes } =
        Structure::new(&datasets.iter().chain(&checksums(&digests)).collect::<Vec<_>>());
    file.set_len(n_bytes)?;
    file.write_all_at(&bytes, 0)?;
    let (of_datasets, of_checksums) = offsets.split_at(datasets.len());
    for (dataset, offset) in datasets.iter_mut().zip(of_datasets) {
        let digest = copy(dataset, file, *offset)?;
        digests.insert(dataset.path.clone(), checksum(&dataset.path, digest));
    }
    for (mut dataset, offset) in checksums(&digests).into_iter().zip(of_checksums) {
        copy(&mut dataset, file, *offset)?;
    }
    Ok(bytes.len())
}

/// The digests as datasets, in the order of names.
fn checksums(digests: &BTreeMap<String, Digest>) -> [Dataset<'_>; 2] {
    [
        Dataset::strings(layout::CHECKSUM_NAME, digests.keys()),
        Dataset::numbers(layout::CHECKSUM_BLAKE3, &[32], digests.values()),
    ]
}

/// Writes the rows of a dataset to its place, piece by piece.
fn copy(dataset: &mut Dataset<'_>, file: &File, offset: Option<u64>) -> Result<Digest, BodyError> {
    let mut hasher = blake3::Hasher::new();
    if let Some(mut offset) = offset {
        let (n_rows, row_bytes) = (dataset.shape[0], dataset.row_bytes());
        let piece = (PIECE / row_bytes).clamp(1, n_rows);
        let mut buffer = vec![0; piece * row_bytes];
        for start in (0..n_rows).step_by(piece) {
            let end = (start + piece).min(n_rows);
            let bytes = &mut buffer[..(end - start) * row_bytes];
            dataset.fill(start..end, bytes)?;
            hasher.update(bytes);
            file.write_all_at(bytes, offset)?;
            offset += bytes.len() as u64;
        }
    }
    Ok(hasher.finalize().into())
}
