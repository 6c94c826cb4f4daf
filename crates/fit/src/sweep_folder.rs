//! The folder that a sweep leaves behind.

use std::fs;
use std::path::Path;

use crate::atomic_file::{Existing, WriteFileError, check_vacant, write};
use crate::head_file::{Description, Origin, SavedHead, save};
use crate::report::{LeaderboardDocument, SweepDocument, leaderboard_csv, to_json};
use crate::sweep::Winner;

/// Writes the winners' heads, `leaderboard.json`, `leaderboard.csv`, and at last `sweep.json` with
/// everything needed to repeat the sweep. No file holds a time: equal sweeps give equal files.
///
/// # Errors
/// [`WriteFileError::Exists`] when the folder exists and is not to be replaced;
/// [`WriteFileError::Io`].
pub fn write_sweep_folder(
    folder: &Path,
    document: &SweepDocument,
    winners: Vec<Winner>,
    origin: &Origin,
    existing: Existing,
) -> Result<(), WriteFileError> {
    check_vacant(folder, existing)?;
    let failed = |source| WriteFileError::Io { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    for (Winner { candidate, pipeline, report, .. }, named) in
        winners.into_iter().zip(&document.winners)
    {
        let description = Description::new(candidate, &pipeline, report, origin.clone());
        save(&SavedHead { pipeline, description }, &folder.join(&named.file), existing)?;
    }
    let leaderboard = &document.leaderboard;
    let json = to_json(&LeaderboardDocument::new(leaderboard));
    write(&folder.join("leaderboard.json"), json.as_bytes(), existing)?;
    let csv = leaderboard_csv(leaderboard);
    write(&folder.join("leaderboard.csv"), csv.as_bytes(), existing)?;
    write(&folder.join("sweep.json"), to_json(document).as_bytes(), existing)
}
