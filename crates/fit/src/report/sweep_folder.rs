//! The folder of a sweep.
//!
//! ```text
//! fits.jsonl              every fit as it was made, with its time, and which files are the sweep's; see `FitLog`
//! folds.csv               which fold holds which row out, for each seed
//! leaderboard.json .csv   all candidates, best first
//! HEAD.safetensors        the chosen candidate of each kind of head, refitted
//! HEAD.curve.csv          the learning curve of a network among them
//! sweep.json              everything else that is needed to repeat the sweep; written last
//! ```
//!
//! Only `fits.jsonl` holds times: equal sweeps give equal bytes in all others.

use console::Texts;
use std::path::Path;

use atomic_file::{Existing, write_by_way_of};
use head::{Target, export};
use serde::Serialize;
use train::{Entry, SweepError, Swept};

use super::document_of_version;
use super::folds::folds_csv;
use super::leaderboard::leaderboard_csv;
use super::sweep::document;

/// Writes everything but the fits, which are there. `command` is program and arguments; `texts` says how CSV
/// files hold texts.
///
/// # Errors
/// [`SweepError::Log`], [`SweepError::Folder`].
pub(crate) fn write_folder(
    folder: &Path,
    command: &[String],
    Swept { report, plan, paths, log, .. }: &mut Swept,
    existing: Existing,
    texts: Texts,
) -> Result<(), SweepError> {
    log.claim(report.winners.iter().map(|winner| &winner.head.description.spec), existing)?;
    // A process that is killed leaves a file of a name that the log has.
    let unfinished = folder.join("unfinished-result");
    let put = |name: &str, bytes: &[u8]| write_by_way_of(&unfinished, &folder.join(name), bytes);
    for winner in &report.winners {
        if let (Some(curve), Some(file)) = (&winner.head.description.curve, winner.curve_file()) {
            put(&file, curve.csv().as_bytes())?;
        }
        let head = export(&winner.head, Target::Safetensors);
        put(&winner.file(), &head.expect("every head has a head file"))?;
    }
    put("folds.csv", folds_csv(plan, paths, texts).as_bytes())?;
    let leaderboard = Leaderboard { leaderboard: &report.leaderboard };
    let leaderboard = document_of_version("offshelf-leaderboard", 2, &leaderboard);
    put("leaderboard.json", leaderboard.as_bytes())?;
    put("leaderboard.csv", leaderboard_csv(&report.leaderboard, texts).as_bytes())?;
    Ok(put("sweep.json", document(command, report).as_bytes())?)
}

#[derive(Serialize)]
struct Leaderboard<'a> {
    leaderboard: &'a [Entry],
}
