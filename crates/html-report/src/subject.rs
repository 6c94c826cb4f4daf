//! A head, alone or with the sweep that chose it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use atomic_file::read_regular;
use head::{HeadSpec, Steps};
use serde::Deserialize;

use crate::request::ReportError;

/// The largest file of a sweep that is read, in bytes.
const MAX_BYTES: u64 = 1 << 28;

/// What a page is about.
pub(crate) struct Subject {
    /// The head file.
    pub(crate) head: PathBuf,
    /// The sweep that chose it.
    pub(crate) sweep: Option<SweepRecord>,
}

/// What the folder of a sweep says.
pub(crate) struct SweepRecord {
    /// Program and arguments.
    pub(crate) command: Vec<String>,
    /// How candidates were scored: `by 5-fold cross-validation`.
    pub(crate) scored: String,
    /// Candidates, best first.
    pub(crate) entries: Vec<Entry>,
    /// The rows that were kept for the end, with their paths.
    pub(crate) held_out: BTreeMap<usize, String>,
}

/// A candidate of the leaderboard.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) tap: String,
    pub(crate) transform: Steps,
    #[serde(flatten)]
    pub(crate) spec: HeadSpec,
    #[serde(alias = "mean_average_precision")]
    pub(crate) mean_accuracy: f64,
    #[serde(alias = "std_average_precision")]
    pub(crate) std_accuracy: f64,
    pub(crate) standard_error: f64,
    pub(crate) converged: bool,
    pub(crate) refitted: bool,
}

/// The part of `sweep.json` that is shown.
#[derive(Deserialize)]
struct Record {
    format: String,
    command: Vec<String>,
    scoring: serde_json::Value,
    leaderboard: Vec<Entry>,
    winners: Vec<WinnerRecord>,
}

#[derive(Deserialize)]
struct WinnerRecord {
    file: String,
}

impl Subject {
    /// Finds out what lies at `path`: a folder is that of a sweep, and its best winner is the head.
    pub(crate) fn open(path: &Path) -> Result<Self, ReportError> {
        if !path.is_dir() {
            return Ok(Self { head: path.to_owned(), sweep: None });
        }
        let record_path = path.join("sweep.json");
        let odd = |problem: String| ReportError::NotASweep { path: record_path.clone(), problem };
        let bytes = read(&record_path)?;
        let record: Record =
            serde_json::from_slice(&bytes).map_err(|error| odd(error.to_string()))?;
        if record.format != "offshelf-sweep" {
            return Err(odd(format!("its format is `{}`", record.format)));
        }
        // Winners stand in the order of the leaderboard. Their files lie in the folder.
        let winner = record.winners.first().ok_or_else(|| odd("it has no winner".to_owned()))?;
        if winner.file.contains(['/', '\\']) {
            return Err(odd(format!("`{}` is no name of a file in its folder", winner.file)));
        }
        let sweep = SweepRecord {
            command: record.command,
            scored: scored(&record.scoring),
            entries: record.leaderboard,
            held_out: held_out(&path.join("folds.csv"))?,
        };
        Ok(Self { head: path.join(&winner.file), sweep: Some(sweep) })
    }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ReportError> {
    read_regular(path, MAX_BYTES)
        .map_err(|source| ReportError::Io { path: path.to_owned(), source })
}

fn scored(scoring: &serde_json::Value) -> String {
    match scoring["folds"].as_u64() {
        Some(n_folds) => format!("by {n_folds}-fold cross-validation"),
        None => "on the validation split".to_owned(),
    }
}

/// The rows that `folds.csv` calls `test`.
fn held_out(path: &Path) -> Result<BTreeMap<usize, String>, ReportError> {
    let odd = |problem: String| ReportError::NotASweep { path: path.to_owned(), problem };
    let bytes = read(path)?;
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let mut held_out = BTreeMap::new();
    for record in table.records() {
        let record = record.map_err(|error| odd(error.to_string()))?;
        if record.len() < 4 {
            return Err(odd("a line has fewer than four columns".to_owned()));
        }
        if &record[3] == "test" {
            let row = record[0].parse();
            let row = row.map_err(|_| odd(format!("`{}` is no number of a row", &record[0])))?;
            held_out.insert(row, record[1].to_owned());
        }
    }
    Ok(held_out)
}
