//! The folder of a sweep.
//!
//! ```text
//! fits.jsonl              every fit as it was made, with its time; see [`FitLog`]
//! folds.csv               which fold holds which row out, for each seed
//! leaderboard.json .csv   all candidates, best first
//! HEAD.safetensors        the chosen candidate of each kind of head, refitted
//! HEAD.curve.csv          the learning curve of a network among them
//! sweep.json              everything else that is needed to repeat the sweep; written last
//! ```
//!
//! Only `fits.jsonl` holds times: equal sweeps give equal bytes in all others. A sweep into a folder
//! that has a `fits.jsonl` goes on with it.

use std::path::Path;
use std::{fs, io};

use head::{Candidate, Description, Origin, SavedHead, save};

use super::fit_log::{FitLog, FitLogError};
use super::plan::SweepPlan;
use super::winner::Winner;
use crate::CREATED_BY;
use crate::atomic_file::{Existing, WriteFileError, check_vacant, write};
use crate::report::{LeaderboardDocument, SweepDocument, folds_csv, leaderboard_csv, to_json};

const FITS: &str = "fits.jsonl";

/// What the name of a learning curve ends in.
const CURVE: &str = ".curve.csv";

/// Refuses a folder that exists and is not that of a sweep, unless it is to be replaced.
///
/// # Errors
/// [`WriteFileError::Exists`].
pub fn check_folder(folder: &Path, existing: Existing) -> Result<(), WriteFileError> {
    if folder.join(FITS).is_file() { Ok(()) } else { check_vacant(folder, existing) }
}

/// Opens the log in `folder`, which is made where it is missing. `samples` is a digest of the
/// samples and labels; a log of others is refused, unless it is to be replaced.
///
/// # Errors
/// [`FitLogError`].
pub fn open_folder(
    folder: &Path,
    samples: &str,
    existing: Existing,
) -> Result<FitLog, FitLogError> {
    fs::create_dir_all(folder)
        .map_err(|source| FitLogError::Io { path: folder.to_owned(), source })?;
    FitLog::open(&folder.join(FITS), samples, existing)
}

/// Writes everything but the log. `origin` says what the heads of a tap are trained on, `paths` are
/// those of all samples of the cache.
///
/// # Errors
/// [`WriteFileError::Io`].
pub fn write_folder(
    folder: &Path,
    document: &SweepDocument,
    winners: Vec<Winner>,
    origin: &dyn Fn(&str) -> Origin,
    plan: &SweepPlan,
    paths: &[String],
) -> Result<(), WriteFileError> {
    remove_heads(folder)?;
    let put =
        |name: &str, text: &str| write(&folder.join(name), text.as_bytes(), Existing::Replace);
    for (winner, named) in winners.into_iter().zip(&document.winners) {
        let Winner { configuration, parameter, pipeline, record, calibration, .. } = winner;
        let candidate = Candidate { family: configuration.family, parameter };
        if let Some(curve) = &record.curve {
            put(&format!("{}{CURVE}", candidate.family.file_stem()), &curve.csv())?;
        }
        let mut description =
            Description::new(CREATED_BY, &candidate, &pipeline, record, origin(&configuration.tap));
        description.calibration = calibration;
        let head = SavedHead { pipeline, description };
        save(&head, &folder.join(&named.file), Existing::Replace)?;
    }
    put("folds.csv", &folds_csv(plan, paths))?;
    put("leaderboard.json", &to_json(&LeaderboardDocument::new(&document.leaderboard)))?;
    put("leaderboard.csv", &leaderboard_csv(&document.leaderboard))?;
    put("sweep.json", &to_json(document))
}

/// Removes what an earlier sweep left of the results, so that none of it is taken for this one's.
fn remove_heads(folder: &Path) -> Result<(), WriteFileError> {
    let failed = |source| WriteFileError::Io { path: folder.to_owned(), source };
    let remove = || -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_result = name.ends_with(".safetensors") || name.ends_with(CURVE);
            if is_result || name == "sweep.json" {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    };
    remove().map_err(failed)
}
