//! One image file: read, hashed, decoded, resampled.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

use preprocess::{DecodeError, Preset, Rgb};

/// What the network and the cache want to know of an image file.
pub(super) struct Loaded {
    /// The preset's resize and crop are applied; normalization is not.
    pub(super) pixels: Rgb,
    /// BLAKE3 of the file's bytes.
    pub(super) content_hash: [u8; 32],
    /// Bytes in the file.
    pub(super) size: u64,
    /// Last modification, nanoseconds since 1970.
    pub(super) mtime_ns: i64,
}

/// Why an image gives no features. The path is known to the caller.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    /// The file could not be read.
    #[error("cannot read the file: {0}")]
    Read(#[from] io::Error),
    /// Its contents are no image.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

pub(super) fn load(path: &Path, preset: &Preset) -> Result<Loaded, LoadError> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    Ok(Loaded {
        pixels: preset.pixels(&preprocess::decode(&bytes)?),
        content_hash: blake3::hash(&bytes).into(),
        size: bytes.len() as u64,
        mtime_ns: mtime_ns(&metadata),
    })
}

/// A file system without modification times gives 0.
fn mtime_ns(metadata: &std::fs::Metadata) -> i64 {
    let Ok(modified) = metadata.modified() else { return 0 };
    let ns = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
    };
    ns.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
