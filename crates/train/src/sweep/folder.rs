//! The folder of a sweep: where its fits are kept.

use std::fs;
use std::path::Path;

use atomic_file::{Existing, WriteFileError, check_vacant};

use super::fit_log::{FitLog, FitLogError};

/// The file of the fits in the folder of a sweep.
const FITS: &str = "fits.jsonl";

/// Refuses a folder that exists and is not that of a sweep, unless it is to be replaced.
///
/// # Errors
/// [`WriteFileError::Exists`].
pub(crate) fn check_folder(folder: &Path, existing: Existing) -> Result<(), WriteFileError> {
    if folder.join(FITS).is_file() { Ok(()) } else { check_vacant(folder, existing) }
}

/// Opens the log in `folder`, which is made where it is missing. `samples` is a digest of the
/// samples and labels; a log of others is refused, unless it is to be replaced.
///
/// # Errors
/// [`FitLogError`].
pub(crate) fn open_folder(
    folder: &Path,
    samples: &str,
    existing: Existing,
) -> Result<FitLog, FitLogError> {
    fs::create_dir_all(folder)
        .map_err(|source| FitLogError::Io { path: folder.to_owned(), source })?;
    FitLog::open(&folder.join(FITS), samples, existing)
}
