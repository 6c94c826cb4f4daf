//! Which file a name leads to.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

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

/// Whether `path` is the name of the open `file`, which may be a folder: not of another one, nor of none, nor
/// of a symbolic link to it.
///
/// # Errors
/// When the system refuses to look.
pub fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
    let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
    match fs::symlink_metadata(path) {
        Ok(there) => Ok(identity(&there) == identity(&file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_one_file_whatever_is_written_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "1").unwrap();
        let file = File::open(at("a")).unwrap();
        fs::write(at("a"), "longer").unwrap();
        std::os::unix::fs::symlink(at("a"), at("link")).unwrap();
        fs::write(at("b"), "longer").unwrap();
        let names = ["a", "link", "b", "missing"].map(|name| leads_to(&at(name), &file).unwrap());
        assert_eq!(names, [true, false, false, false]);
    }

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
