//! Files that appear under their name whole or not at all: written under another name in the same folder,
//! synced, renamed. The folder is synced as well, since only then the rename survives a power failure.
//! And files that others name, which are read only when they are regular ones ([`open_regular`]).
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

mod file_id;
mod regular;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

pub use self::file_id::{FileId, leads_to};
pub use self::regular::{open_regular, open_to_change, read_regular};

/// How the name of a file begins while it is being written. A process that is killed leaves such a file.
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
/// [`WriteFileError::Exists`] when there is something under the name that is not to be replaced.
pub fn check_vacant(path: &Path, existing: Existing) -> Result<(), WriteFileError> {
    if existing == Existing::Refuse && path.symlink_metadata().is_ok() {
        return Err(WriteFileError::Exists(path.to_owned()));
    }
    Ok(())
}

/// Writes `bytes` to `path`, whose folder must exist.
///
/// # Errors
/// [`WriteFileError`]; what was under the name is untouched then.
pub fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), WriteFileError> {
    write_with(path, existing, |file| file.write_all(bytes))
}

/// Writes to `path`, whose folder must exist, what `contents` writes into the file that it is given.
///
/// # Errors
/// [`WriteFileError`], for an error of `contents` as well; what was under the name is untouched then.
pub fn write_with(
    path: &Path,
    existing: Existing,
    contents: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WriteFileError> {
    let write = || {
        let mut file = UnfinishedFile::create(folder_of(path))?;
        contents(file.as_file_mut())?;
        file.finish(path, existing)
    };
    write().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => WriteFileError::Exists(path.to_owned()),
        _ => WriteFileError::Io { path: path.to_owned(), source },
    })
}

/// Writes `bytes` to `path`, in whose place another file may be, by way of the file `unfinished` in the same
/// folder: a process that is killed leaves a file of a name that is known. Whatever has this name is removed.
///
/// # Errors
/// [`WriteFileError::Io`]; what was at `path` is untouched then.
pub fn write_by_way_of(unfinished: &Path, path: &Path, bytes: &[u8]) -> Result<(), WriteFileError> {
    let write = || {
        match fs::remove_file(unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let name = unfinished.file_name().unwrap_or_default();
        let mut file = UnfinishedFile::named(folder_of(unfinished), name, 0)?;
        file.as_file_mut().write_all(bytes)?;
        file.finish(path, Existing::Replace)
    };
    write().map_err(|source| WriteFileError::Io { path: path.to_owned(), source })
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
        Self::named(folder, UNFINISHED.as_ref(), 6)
    }

    /// Makes an empty file in `folder`, whose name is `prefix` and so many random letters.
    fn named(folder: &Path, prefix: &OsStr, n_random: usize) -> io::Result<Self> {
        // `File::create_new` rather than tempfile's own way, which makes files that only the owner
        // may read.
        let make = |name: &Path| File::create_new(name);
        tempfile::Builder::new().prefix(prefix).rand_bytes(n_random).make_in(folder, make).map(Self)
    }

    /// Where the file lies until it is finished.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The open file.
    pub fn as_file_mut(&mut self) -> &mut File {
        self.0.as_file_mut()
    }

    /// Syncs the file, renames it to `path`, which must be on the same disk, and syncs the folder of `path`.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when there is something under this name that is not to be
    /// replaced; others when the system refuses.
    pub fn finish(self, path: &Path, existing: Existing) -> io::Result<()> {
        self.0.as_file().sync_all()?;
        // Before the file has its name: whoever is told of a failure shall not find the file.
        let folder = File::open(folder_of(path))?;
        match existing {
            Existing::Replace => self.0.persist(path)?,
            Existing::Refuse => self.0.persist_noclobber(path)?,
        };
        let synced = folder.sync_all();
        if synced.is_err() && existing == Existing::Refuse {
            let _ = fs::remove_file(path);
        }
        synced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

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
        assert_eq!(n_files(folder.path()), 1);
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = UnfinishedFile::create(folder.path()).unwrap();
        assert!(file.path().exists());
        drop(file);
        assert_eq!(n_files(folder.path()), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_replaced_as_names_and_a_failure_leaves_nothing() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("victim"), b"theirs").unwrap();
        for name in ["result", "unfinished"] {
            symlink(at("victim"), at(name)).unwrap();
        }
        write_by_way_of(&at("unfinished"), &at("result"), b"ours").unwrap();
        assert_eq!(fs::read(at("victim")).unwrap(), b"theirs");
        assert_eq!(fs::read(at("result")).unwrap(), b"ours");
        assert!(!at("result").is_symlink());
        fs::create_dir(at("a folder")).unwrap();
        let error = write_by_way_of(&at("unfinished"), &at("a folder"), b"ours").unwrap_err();
        assert!(error.to_string().contains("a folder"));
        assert_eq!(n_files(folder.path()), 3);
    }

    #[test]
    fn a_missing_folder_is_reported_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/a.json");
        let error = write(&path, b"", Existing::Refuse).unwrap_err();
        assert!(error.to_string().contains("missing/a.json"));
    }
}
