//! The rows of a cache, and the images that have none.

use crate::split::Split;

/// One image: a row of every dataset under `/features` and `/samples`. A sample that was read owns its
/// path; one that is written borrows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<Path = String> {
    /// Path relative to the image root.
    pub path: Path,
    /// BLAKE3 of the file's bytes.
    pub content_hash: [u8; 32],
    /// Size of the file in bytes.
    pub size: u64,
    /// Last modification, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Class index, -1 when unlabelled.
    pub label: i32,
    /// The part of the data set that the image belongs to.
    pub split: Split,
}

impl Sample {
    /// The same sample with a borrowed path.
    pub fn borrowed(&self) -> Sample<&str> {
        let Self { ref path, content_hash, size, mtime_ns, label, split } = *self;
        Sample { path, content_hash, size, mtime_ns, label, split }
    }
}

/// An image, folder or link that was found but could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Path relative to the image root, written like that of a sample.
    pub path: String,
    /// Why it could not be read, in words.
    pub reason: String,
}
