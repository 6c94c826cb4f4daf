//! The folder in which a file is fetched and converted before it gets its name.
//!
//! It lies beside what it is for, so that the last step is a rename. While a process works in it, the folder
//! itself is locked, and the system unlocks it when that process dies, however it does. So a later fetch knows
//! a folder that a dead process left from one in use.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use atomic_file::leads_to;
use tempfile::TempDir;

/// How the names of the folders begin; six letters or digits follow.
const PREFIX: &str = "fetching-";
const N_RANDOM: usize = 6;

/// Folders that are made before giving up, where others sweep them at once.
const MAX_TRIES: usize = 100;

/// A locked folder. Dropped, it is removed with all that is in it.
pub(super) struct WorkFolder {
    folder: TempDir,
    _lock: File,
}

impl WorkFolder {
    /// Makes a folder inside of `parent`.
    pub(super) fn create(parent: &Path) -> io::Result<Self> {
        for _ in 0..MAX_TRIES {
            let folder =
                tempfile::Builder::new().prefix(PREFIX).rand_bytes(N_RANDOM).tempdir_in(parent)?;
            // Another process may sweep between the making and the locking, and takes the folder for a dead
            // one's. Then it is gone, or will be, and the next try makes another.
            let Some(lock) = opened(folder.path()) else { continue };
            let locked = lock.try_lock();
            if !matches!(locked, Err(TryLockError::WouldBlock)) && is_at(folder.path(), &lock) {
                return Ok(Self { folder, _lock: lock });
            }
        }
        Err(io::Error::other("a folder that was just made could not be locked"))
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders inside of `parent` that dead processes left. Only directories with our names are
/// touched, and only where a lock can be had, so that a file system without locks keeps them. What cannot be
/// removed stays: it does no harm.
pub(super) fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if !name.to_str().is_some_and(is_ours) {
            continue;
        }
        // `opened` refuses links, and `remove_dir_all` follows none.
        if let Some(lock) = opened(&path)
            && lock.try_lock().is_ok()
            && is_at(&path, &lock)
        {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Whether `path` still is the open directory, as far as that can be told.
fn is_at(path: &Path, folder: &File) -> bool {
    leads_to(path, folder).unwrap_or(false)
}

fn is_ours(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).unwrap_or_default();
    random.len() == N_RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The open directory at `path`, which is no link.
fn opened(path: &Path) -> Option<File> {
    let is_folder = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    let folder = is_folder.then(|| File::open(path).ok()).flatten()?;
    is_at(path, &folder).then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_process_left_is_swept_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let at = |name: &str| parent.path().join(name);
        let live = WorkFolder::create(parent.path()).unwrap();
        for folder in ["fetching-a1B2c3/deep", "fetching-notours", "fetching-", "other"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        fs::write(at("fetching-a1B2c3/deep/source"), "half a file").unwrap();
        fs::write(at("fetching-FILE00"), "a file").unwrap();
        fs::write(at("other/theirs"), "theirs").unwrap();
        std::os::unix::fs::symlink(at("other"), at("fetching-link00")).unwrap();
        std::os::unix::fs::symlink(at("other"), live.path().join("link")).unwrap();

        sweep(parent.path());
        assert!(!at("fetching-a1B2c3").exists());
        for kept in ["fetching-notours", "fetching-", "fetching-FILE00", "fetching-link00"] {
            assert!(fs::symlink_metadata(at(kept)).is_ok(), "{kept}");
        }
        assert!(live.path().exists(), "a live process's folder was removed");

        let path = live.path().to_owned();
        drop(live);
        assert!(!path.exists());
        assert!(at("other/theirs").exists());
    }

    #[test]
    fn makers_and_sweepers_at_once_leave_each_maker_its_folder() {
        let parent = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        sweep(parent.path());
                        let work = WorkFolder::create(parent.path()).unwrap();
                        sweep(parent.path());
                        fs::write(work.path().join("source"), "").unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
