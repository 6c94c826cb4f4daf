//! Files that appear under their name whole or not at all: written under another name in the same folder,
//! synced, renamed. The folder is synced as well, since only then the rename survives a power failure.
//!
//! ```
//! use atomic_file::{Existing, write};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("report.json");
//! write(&path, b"{}", Existing::Refuse)?;
//! assert!(write(&path, b"[]", Existing::Refuse).is_err());
//! write(&path, b"[]", Existing::Replace)?;
//! assert_eq!(std::fs::read(&path)?, b"[]");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// How the names of files begin that are being written. A process that is killed leaves one behind.
pub const UNFINISHED: &str = "unfinished-";

/// What to do with a file that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it alone and fail.
    Refuse,
    /// Replace it.
    Replace,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteFileError {
    /// There is something under this name already.
    #[error("`{}` exists", .0.display())]
    Exists(PathBuf),
    /// The system refused.
    #[error("cannot write `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Refuses an output path that exists, so that no work is done for nothing.
///
/// # Errors
/// [`WriteFileError::Exists`], unless `existing` is to be replaced.
pub fn check_vacant(path: &Path, existing: Existing) -> Result<(), WriteFileError> {
    if existing == Existing::Refuse && path.symlink_metadata().is_ok() {
        return Err(WriteFileError::Exists(path.to_owned()));
    }
    Ok(())
}

/// Writes `bytes` to `path`.
///
/// # Errors
/// [`WriteFileError`]; what was under the name is untouched then.
pub fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), WriteFileError> {
    let write = || {
        let mut file = UnfinishedFile::create(folder_of(path))?;
        file.as_file_mut().write_all(bytes)?;
        file.finish(path, existing)
    };
    write().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => WriteFileError::Exists(path.to_owned()),
        _ => WriteFileError::Io { path: path.to_owned(), source },
    })
}

/// The folder that `path` is in; `.` for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file that is being written. Dropped before it is finished, it is removed.
#[derive(Debug)]
pub struct UnfinishedFile(NamedTempFile);

impl UnfinishedFile {
    /// Makes an empty file in `folder`, whose name begins with [`UNFINISHED`].
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(folder: &Path) -> io::Result<Self> {
        // `File::create_new` rather than tempfile's own way, which makes files that only the owner
        // may read.
        let make = |name: &Path| File::create_new(name);
        tempfile::Builder::new().prefix(UNFINISHED).make_in(folder, make).map(Self)
    }

    /// Where the file lies until it is finished.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The open file.
    pub fn as_file_mut(&mut self) -> &mut File {
        self.0.as_file_mut()
    }

    /// Syncs the file, renames it to `path`, which is on the same disk, and syncs the folder of that.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when there is something under this name that is not to be
    /// replaced; others when the system refuses.
    pub fn finish(self, path: &Path, existing: Existing) -> io::Result<()> {
        self.0.as_file().sync_all()?;
        match existing {
            Existing::Replace => self.0.persist(path)?,
            Existing::Refuse => self.0.persist_noclobber(path)?,
        };
        File::open(folder_of(path))?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_replaced_only_on_request_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        check_vacant(&path, Existing::Refuse).unwrap();
        write(&path, b"one", Existing::Refuse).unwrap();
        let refused = write(&path, b"two", Existing::Refuse).unwrap_err();
        assert!(matches!(refused, WriteFileError::Exists(_)));
        assert!(check_vacant(&path, Existing::Refuse).is_err());
        check_vacant(&path, Existing::Replace).unwrap();
        write(&path, b"three", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = UnfinishedFile::create(folder.path()).unwrap();
        assert!(file.path().exists());
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_folder_is_reported_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/a.json");
        let error = write(&path, b"", Existing::Refuse).unwrap_err();
        assert!(error.to_string().contains("missing/a.json"));
    }
}
