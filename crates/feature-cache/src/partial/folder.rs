//! The folder of a run: who holds it, and what it is of.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;

use atomic_file::{Existing, UnfinishedFile};
use schema::Provenance;

use super::PartialError;
use crate::write_error::WriteError;

const LOCK: &str = "lock";
const PROVENANCE: &str = "provenance.json";

/// The lock of a folder, given back when it is dropped, or when the process dies.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough while a child that this process is just starting has it,
        // too. A lock that cannot be given back goes with the process.
        let _ = self.0.unlock();
    }
}

/// Makes the folder when it is not there, and locks it. `needed_bytes` is what its run takes.
pub(super) fn lock(out: &Path, folder: &Path, needed_bytes: u64) -> Result<Lock, PartialError> {
    let failed = |source| WriteError::io(folder, needed_bytes, source);
    let path = folder.join(LOCK);
    loop {
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = match File::options().create(true).truncate(false).write(true).open(&path) {
            // Its holder finished just now, and removed the folder.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            lock => lock.map_err(failed)?,
        };
        match lock.try_lock() {
            // Its holder may have finished, and removed the file, between the two steps; and another
            // process may have made a new one.
            Ok(()) if is_at(&lock, &path).map_err(failed)? => return Ok(Lock(lock)),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(PartialError::Locked {
                    out: out.to_owned(),
                    folder: folder.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source).into()),
        }
    }
}

/// Whether `path` leads to the open `file`, not to another one of that name, nor to none.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    match fs::metadata(path) {
        Ok(there) => Ok(identity(&there) == identity(&file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a folder that this process has locked. The lock goes last: whoever finds none makes
/// a new one, and the folder is theirs from then on.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() != LOCK {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_file(folder.join(LOCK))?;
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// A folder is of one provenance for its whole life: the first run writes it down. `needed_bytes` is
/// what that run takes.
pub(super) fn bind(
    folder: &Path,
    provenance: &Provenance,
    needed_bytes: u64,
) -> Result<(), PartialError> {
    if is_of(folder, provenance)? {
        return Ok(());
    }
    let path = folder.join(PROVENANCE);
    let write = || -> io::Result<()> {
        let json = serde_json::to_vec_pretty(provenance).expect("plain data");
        let mut file = UnfinishedFile::create(folder)?;
        file.as_file_mut().write_all(&json)?;
        file.finish(&path, Existing::Replace)
    };
    Ok(write().map_err(|source| WriteError::io(&path, needed_bytes, source))?)
}

/// Whether the folder is of this provenance; false when it is of none yet.
///
/// # Errors
/// When it is of another one, or that cannot be read.
pub(super) fn is_of(folder: &Path, provenance: &Provenance) -> Result<bool, PartialError> {
    let path = folder.join(PROVENANCE);
    let unreadable = |source| PartialError::Read { path: path.clone(), source };
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unreadable(error)),
    };
    let found: Provenance =
        serde_json::from_slice(&text).map_err(|error| unreadable(error.into()))?;
    let differences = provenance.differences(&found);
    if differences.is_empty() {
        Ok(true)
    } else {
        Err(PartialError::OtherProvenance { folder: folder.to_owned(), differences })
    }
}
