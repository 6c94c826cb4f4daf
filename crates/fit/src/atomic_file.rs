//! Files that appear whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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

/// Writes `bytes` beside `path`, syncs, and renames.
///
/// # Errors
/// [`WriteFileError`].
pub fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), WriteFileError> {
    let failed = |source| WriteFileError::Io { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // `File::create_new` rather than tempfile's own way, which makes files that only the owner
    // may read.
    let mut file =
        tempfile::Builder::new().make_in(folder, |name| File::create_new(name)).map_err(failed)?;
    file.as_file_mut().write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    let persisted = match existing {
        Existing::Replace => file.persist(path),
        Existing::Refuse => file.persist_noclobber(path),
    };
    persisted.map(drop).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => WriteFileError::Exists(path.to_owned()),
        _ => failed(error.error),
    })
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
    fn a_missing_folder_is_reported_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/a.json");
        let error = write(&path, b"", Existing::Refuse).unwrap_err();
        assert!(error.to_string().contains("missing/a.json"));
    }
}
