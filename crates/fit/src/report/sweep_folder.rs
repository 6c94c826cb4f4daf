//! The folder of a sweep.
//!
//! ```text
//! fits.jsonl              every fit as it was made, with its time; see `FitLog`
//! folds.csv               which fold holds which row out, for each seed
//! leaderboard.json .csv   all candidates, best first
//! HEAD.safetensors        the chosen candidate of each kind of head, refitted
//! HEAD.curve.csv          the learning curve of a network among them
//! sweep.json              everything else that is needed to repeat the sweep; written last
//! ```
//!
//! Only `fits.jsonl` holds times: equal sweeps give equal bytes in all others.

use std::path::Path;
use std::{fs, io};

use atomic_file::{Existing, WriteFileError, write};
use head::save;
use serde::Serialize;
use train::{Entry, Swept};

use super::document_of_version;
use super::folds::folds_csv;
use super::leaderboard::leaderboard_csv;
use super::sweep::document;

/// What the name of a learning curve ends in.
const CURVE: &str = ".curve.csv";

/// Writes everything but the fits, which are there. `command` is program and arguments.
///
/// # Errors
/// [`WriteFileError::Io`].
pub(crate) fn write_folder(
    folder: &Path,
    command: &[String],
    Swept { report, plan, paths, .. }: &Swept,
) -> Result<(), WriteFileError> {
    remove_heads(folder)?;
    let put =
        |name: &str, text: &str| write(&folder.join(name), text.as_bytes(), Existing::Replace);
    for winner in &report.winners {
        let description = &winner.head.description;
        if let Some(curve) = &description.curve {
            put(&format!("{}{CURVE}", description.spec.file_stem()), &curve.csv())?;
        }
        save(&winner.head, &folder.join(winner.file()), Existing::Replace)?;
    }
    put("folds.csv", &folds_csv(plan, paths))?;
    let leaderboard = Leaderboard { leaderboard: &report.leaderboard };
    put("leaderboard.json", &document_of_version("offshelf-leaderboard", 2, &leaderboard))?;
    put("leaderboard.csv", &leaderboard_csv(&report.leaderboard))?;
    put("sweep.json", &document(command, report))
}

#[derive(Serialize)]
struct Leaderboard<'a> {
    leaderboard: &'a [Entry],
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
