//! A row of the cache to be, and what tells that its file has changed.

use std::fs::Metadata;
use std::time::UNIX_EPOCH;

/// A row of the cache to be: what the manifest does not tell about its image.
pub(super) struct Row {
    /// Number of the image in the manifest.
    pub(super) image: usize,
    pub(super) stamp: Stamp,
    pub(super) content_hash: [u8; 32],
}

/// What tells without reading that a file has changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    /// Nanoseconds since 1970; 0 where the file system keeps no such time.
    pub(super) mtime_ns: i64,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let mtime_ns = match metadata.modified().map(|time| time.duration_since(UNIX_EPOCH)) {
            Ok(Ok(after)) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Ok(Err(before)) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
            Err(_) => 0,
        };
        let mtime_ns = mtime_ns.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        Self { size: metadata.len(), mtime_ns }
    }
}
