//! Which file a name leads to.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

/// Tells one state of a file from another: device, inode, length, and the time of its last modification in
/// nanoseconds. A file that is renamed over another one has another identity, and so has one that is written
/// to in place, unless that leaves its length and its time as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    inode: u64,
    n_bytes: u64,
    modified: (i64, i64),
}

impl FileId {
    /// The identity of the file that `metadata` is of.
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            n_bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_is_renamed_over_another_or_written_to_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let id = |name: &str| FileId::of(&fs::metadata(at(name)).unwrap());
        fs::write(at("a"), "same").unwrap();
        fs::write(at("b"), "same").unwrap();
        let before = id("a");
        assert_eq!(id("a"), before);
        assert_ne!(id("b"), before);
        fs::rename(at("b"), at("a")).unwrap();
        assert_ne!(id("a"), before);
        let before = id("a");
        fs::write(at("a"), "longer").unwrap();
        assert_ne!(id("a"), before);
    }
}
