//! The folder of a run: who holds it, and what it is of.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use atomic_file::{Existing, WriteFileError, leads_to, open_to_change, read_regular};
use schema::Provenance;

use super::{PartialError, segments};
use crate::write_error::WriteError;

/// Says in the lock that everything beside it is ours. It is written before anything else.
const MARKER: &str = "offshelf: an unfinished run\n";
pub(super) const LOCK: &str = "lock";
pub(super) const PROVENANCE: &str = "provenance.json";
/// Bytes of a provenance, which takes one or two thousand.
const MOST_BYTES: u64 = 1 << 20;

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
///
/// # Errors
/// When another process holds the lock, or somebody else made the folder, or put something into it.
pub(super) fn lock(out: &Path, folder: &Path, needed_bytes: u64) -> Result<Lock, PartialError> {
    let failed = |source| WriteError::io(folder, needed_bytes, source);
    let path = folder.join(LOCK);
    loop {
        match fs::create_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made.map_err(failed)?,
        }
        let lock =
            match check_names(folder).and_then(|_| Ok(open_to_change(&path).map_err(failed)?)) {
                // Its holder finished just now, and removed the folder.
                Err(error) if error.is_missing() => continue,
                lock => lock?,
            };
        match lock.try_lock() {
            // Its holder may have finished, and removed the file, between the two steps; and another
            // process may have made a new one.
            Ok(()) if leads_to(&path, &lock).map_err(failed)? => {
                mark(&lock, folder, needed_bytes)?;
                return Ok(Lock(lock));
            }
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

/// Looks at the names in a folder, which must be a real one and hold nothing of another name than a
/// run gives. Gives one of them that is not the lock.
///
/// # Errors
/// [`PartialError::Foreign`], or when the folder cannot be read.
pub(super) fn check_names(folder: &Path) -> Result<Option<OsString>, PartialError> {
    let unreadable = |source| PartialError::Read { path: folder.to_owned(), source };
    if !fs::symlink_metadata(folder).map_err(unreadable)?.is_dir() {
        return Err(PartialError::NotAFolder { folder: folder.to_owned() });
    }
    let mut other = None;
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        if !segments::is_ours(&name) {
            return Err(PartialError::Foreign { folder: folder.to_owned(), name });
        }
        if name != LOCK {
            other = Some(name);
        }
    }
    Ok(other)
}

/// Makes a folder ours whose `lock` this process holds, if there is nothing else in it.
///
/// # Errors
/// [`PartialError::Foreign`] when there is, and the lock is without the marker.
fn mark(mut lock: &File, folder: &Path, needed_bytes: u64) -> Result<(), PartialError> {
    let failed = |source| WriteError::io(folder, needed_bytes, source);
    let mut found = String::new();
    let longest = MARKER.len() as u64 + 1;
    lock.take(longest).read_to_string(&mut found).map_err(failed)?;
    if found == MARKER {
        return Ok(());
    }
    let foreign = |name| PartialError::Foreign { folder: folder.to_owned(), name };
    if !MARKER.starts_with(&found) {
        return Err(foreign(LOCK.into()));
    }
    if let Some(name) = check_names(folder)? {
        if found.is_empty() {
            // It was made just now.
            fs::remove_file(folder.join(LOCK)).map_err(failed)?;
        }
        return Err(foreign(name));
    }
    // A process may have died while it wrote the marker.
    Ok(lock.write_all(&MARKER.as_bytes()[found.len()..]).map_err(failed)?)
}

/// Removes what a run has put into a folder that this process has locked, and the folder, unless somebody
/// has put something else into it since. The lock goes last: whoever finds none makes a new one, and
/// the folder is theirs from then on.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if segments::is_ours(&name) && name != LOCK {
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
    let json = serde_json::to_vec_pretty(provenance).expect("plain data");
    let written = atomic_file::write(&path, &json, Existing::Replace);
    Ok(written.map_err(|error| match error {
        WriteFileError::Exists(path) => WriteError::Exists { path },
        WriteFileError::Io { path, source } => WriteError::io(&path, needed_bytes, source),
    })?)
}

/// Whether the folder is of this provenance; false when it is of none yet.
///
/// # Errors
/// When it is of another one, or that cannot be read.
pub(super) fn is_of(folder: &Path, provenance: &Provenance) -> Result<bool, PartialError> {
    let path = folder.join(PROVENANCE);
    let unreadable = |source| PartialError::Read { path: path.clone(), source };
    let text = match read_regular(&path, MOST_BYTES) {
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
        let found = Box::new(found);
        Err(PartialError::OtherProvenance { folder: folder.to_owned(), differences, found })
    }
}
