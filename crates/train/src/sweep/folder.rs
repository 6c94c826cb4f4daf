//! The folder of a sweep: its fits, and which files of results in it are its own.
//!
//! Nothing else in the folder is ever replaced or removed, unless its name is asked for: a result takes the
//! place of another file of its name only when that is to be replaced. The names are in the log of the fits
//! before the files are there, so that they are known whenever the process dies.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use atomic_file::{Existing, WriteFileError, check_vacant};
use head::HeadSpec;

use super::SweepError;
use super::fit_log::{FitLog, FitLogError, LockedLog};
use super::result_names::{RECORD, names};

/// The file of the fits in the folder of a sweep.
const FITS: &str = "fits.jsonl";

/// Refuses a folder that holds something and is not that of a sweep, unless it is to be replaced; a symbolic
/// link in any case.
///
/// # Errors
/// [`FitLogError::Link`], [`WriteFileError::Exists`].
pub(crate) fn check_folder(folder: &Path, existing: Existing) -> Result<(), SweepError> {
    // Without the slash at its end, which would lead through a link.
    let folder = folder.components().as_path();
    if folder.is_symlink() {
        return Err(FitLogError::Link(folder.to_owned()).into());
    }
    let has_fits = folder.join(FITS).symlink_metadata().is_ok();
    // A process that dies as it begins leaves a folder without anything.
    let is_empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if !has_fits && !is_empty {
        check_vacant(folder, existing)?;
    }
    Ok(())
}

/// Opens the log in `folder`, which is made where it is missing. `samples` is a digest of the
/// samples and labels; a log of others is refused, unless it is to be replaced: then what an earlier sweep
/// left is removed. No file of another's may have the name of a result that `specs` can have.
///
/// # Errors
/// [`SweepError::Log`], [`SweepError::Folder`].
pub(crate) fn open_folder(
    folder: &Path,
    samples: &str,
    specs: &[HeadSpec],
    existing: Existing,
) -> Result<FitLog, SweepError> {
    fs::create_dir_all(folder)
        .map_err(|source| FitLogError::Io { path: folder.to_owned(), source })?;
    let log = LockedLog::open(&folder.join(FITS))?;
    let ours = log.files();
    check_names(folder, &names(specs.iter()), &ours, existing)?;
    if existing == Existing::Replace {
        remove(folder, ours.iter())?;
    }
    Ok(log.begin(samples, existing)?)
}

impl FitLog {
    /// To be called before the first result is written: from here on all results that the `winners` have are
    /// files of the sweep. The file that says that the results are whole, `sweep.json`, is removed.
    ///
    /// # Errors
    /// [`SweepError::Log`], and [`SweepError::Folder`] for a file of another's that has come meanwhile, unless
    /// it is to be replaced.
    pub fn claim<'a>(
        &mut self,
        winners: impl Iterator<Item = &'a HeadSpec>,
        existing: Existing,
    ) -> Result<(), SweepError> {
        let Some(folder) = self.folder().map(Path::to_owned) else { return Ok(()) };
        let names = names(winners);
        check_names(&folder, &names, self.files(), existing)?;
        self.set_files(self.files() | &names)?;
        Ok(remove(&folder, [RECORD.to_owned()].iter())?)
    }

    /// To be called when the results of the `winners` are there: removes those that are left of an earlier
    /// sweep.
    ///
    /// # Errors
    /// As [`FitLog::claim`]. The results are whole even so, and the next sweep tries again.
    pub fn remove_others<'a>(
        &mut self,
        winners: impl Iterator<Item = &'a HeadSpec>,
    ) -> Result<(), SweepError> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let names = names(winners);
        remove(folder, self.files().difference(&names))?;
        Ok(self.set_files(names)?)
    }
}

/// Refuses what lies under one of the `names` and is not `ours`, unless it is to be replaced, and what cannot
/// be.
fn check_names(
    folder: &Path,
    names: &BTreeSet<String>,
    ours: &BTreeSet<String>,
    existing: Existing,
) -> Result<(), WriteFileError> {
    for name in names {
        let path = folder.join(name);
        match path.symlink_metadata() {
            Ok(found) if found.is_dir() => {
                let source = io::Error::new(ErrorKind::IsADirectory, "there is a folder");
                return Err(WriteFileError::Io { path, source });
            }
            Ok(_) if !ours.contains(name) => check_vacant(&path, existing)?,
            // A name that is too long is said before the work, not after it.
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(WriteFileError::Io { path, source });
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

/// Removes files of ours. A symbolic link that has taken the place of one is removed, not what it leads to.
fn remove<'a>(
    folder: &Path,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), WriteFileError> {
    for name in names {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(WriteFileError::Io { path, source });
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
