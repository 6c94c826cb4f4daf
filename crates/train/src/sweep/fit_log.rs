//! The fits of a sweep, written down as they are made.
//!
//! The file is lines of JSON, in the order in which the fits ended. The first says what the file is
//! and which samples the fits are of; each other one is a [`FitKey`], everything that decides the
//! score, and the [`FoldScore`]. A sweep that goes on, or is asked for more, finds here what it need
//! not make again.
//!
//! Lines are appended, each in one piece, and synced when the log is closed. A last line that a crash
//! cut short is dropped when the file is opened again. The file is locked while it is open.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use atomic_file::Existing;
use head::{HeadSpec, Settings, Steps};
use learn::FoldScore;
use serde::{Deserialize, Serialize};

const FORMAT: &str = "offshelf-fits";
const VERSION: u32 = 1;

/// Everything that decides the score of a fit. Two fits of one key have one score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitKey {
    /// Digest of features, labels and folds, and of the program that fitted.
    pub data: String,
    /// Tap, for people: the data digest covers its features.
    pub tap: String,
    /// Transform.
    pub transform: Steps,
    /// The head.
    #[serde(flatten)]
    pub spec: HeadSpec,
    /// Settings of this head, with the seed of the division.
    pub settings: Settings,
    /// The fold held out.
    pub fold: usize,
}

/// Scores by key, in memory or kept in a file too.
#[derive(Debug, Default)]
pub struct FitLog {
    file: Option<(PathBuf, File)>,
    scores: HashMap<String, FoldScore>,
}

/// Why fits cannot be looked up or kept.
#[derive(Debug, thiserror::Error)]
pub enum FitLogError {
    /// The system refused.
    #[error("cannot write `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has the file open.
    #[error("`{}` is being written by another `fit sweep`", .0.display())]
    Locked(PathBuf),
    /// The file is something else, or of another version.
    #[error("`{}` is no record of fits that this program can go on with", .0.display())]
    Foreign(PathBuf),
    /// The fits are of other samples.
    #[error("the fits in `{}` are of other samples or labels", .0.display())]
    OtherSamples(PathBuf),
    /// A line in the middle is damaged.
    #[error("line {line} of `{}` is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Header {
    format: String,
    version: u32,
    samples: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: FitKey,
    score: FoldScore,
}

impl FitLog {
    /// Opens the log at `path`, or begins it; one that is there is emptied when it is to be replaced.
    /// `samples` is a digest of the samples and labels.
    ///
    /// # Errors
    /// [`FitLogError`].
    pub fn open(path: &Path, samples: &str, existing: Existing) -> Result<Self, FitLogError> {
        let failed = |source| FitLogError::Io { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FitLogError::Locked(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        if existing == Existing::Replace {
            file.set_len(0).map_err(failed)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (scores, end) = read(path, &bytes, samples)?;
        file.set_len(end as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut log = Self { file: Some((path.to_owned(), file)), scores };
        if end == 0 {
            let (format, samples) = (FORMAT.to_owned(), samples.to_owned());
            log.append(&Header { format, version: VERSION, samples })?;
        }
        Ok(log)
    }

    /// The score of a fit that was made before.
    pub fn get(&self, key: &FitKey) -> Option<FoldScore> {
        self.scores.get(&text(key)).copied()
    }

    /// Keeps the score of a fit, and says whether it is new. A score that is known stays as it is.
    ///
    /// # Errors
    /// [`FitLogError::Io`].
    pub fn insert(&mut self, key: FitKey, score: FoldScore) -> Result<bool, FitLogError> {
        let text = text(&key);
        let is_new = !self.scores.contains_key(&text);
        if is_new {
            self.append(&Entry { key, score })?;
            self.scores.insert(text, score);
        }
        Ok(is_new)
    }

    /// Makes sure that what was kept survives a crash of the machine.
    ///
    /// # Errors
    /// [`FitLogError::Io`].
    pub fn sync(&self) -> Result<(), FitLogError> {
        let Some((path, file)) = &self.file else { return Ok(()) };
        file.sync_data().map_err(|source| FitLogError::Io { path: path.clone(), source })
    }

    fn append(&mut self, line: &impl Serialize) -> Result<(), FitLogError> {
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        let line = text(line) + "\n";
        file.write_all(line.as_bytes())
            .map_err(|source| FitLogError::Io { path: path.clone(), source })
    }
}

/// The scores in `bytes`, and where their last whole line ends.
fn read(
    path: &Path,
    bytes: &[u8],
    samples: &str,
) -> Result<(HashMap<String, FoldScore>, usize), FitLogError> {
    let mut scores = HashMap::new();
    let mut end = 0;
    for (number, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let is_last = end + line.len() == bytes.len();
        if number == 0 {
            match serde_json::from_slice::<Header>(line) {
                Ok(header) if header.format != FORMAT || header.version != VERSION => {
                    return Err(FitLogError::Foreign(path.to_owned()));
                }
                Ok(header) if header.samples != samples => {
                    return Err(FitLogError::OtherSamples(path.to_owned()));
                }
                Ok(_) if line.ends_with(b"\n") => {}
                _ if is_last && text_of_header(samples).as_bytes().starts_with(line) => break,
                _ => return Err(FitLogError::Foreign(path.to_owned())),
            }
        } else {
            match serde_json::from_slice(line) {
                Ok(Entry { key, score }) if line.ends_with(b"\n") => {
                    scores.insert(text(&key), score);
                }
                _ if is_last => break,
                _ => {
                    let (path, line) = (path.to_owned(), number + 1);
                    return Err(FitLogError::Damaged { path, line });
                }
            }
        }
        end += line.len();
    }
    Ok((scores, end))
}

fn text_of_header(samples: &str) -> String {
    text(&Header { format: FORMAT.to_owned(), version: VERSION, samples: samples.to_owned() })
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("keys and scores have string keys only")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use head::{Algorithm, ClassWeights, Sampling};
    use metrics::Quality;

    use super::*;

    fn key(c: f64) -> FitKey {
        FitKey {
            data: "d".into(),
            tap: "block5_pool:gap".into(),
            transform: "power:0.5,l2".parse().unwrap(),
            spec: HeadSpec::Softmax { c },
            settings: Settings {
                solver: Algorithm::Auto,
                tol: Some(0.1),
                max_iter: None,
                class_weight: ClassWeights::Balanced,
                sampling: Sampling::None,
                temperature: None,
                gamma: None,
                network: None,
                views: None,
                seed: 7,
            },
            fold: 2,
        }
    }

    fn score(accuracy: f64) -> FoldScore {
        let converged = true;
        let quality = Quality::OneClass { accuracy, mean_class_accuracy: 0.1 };
        FoldScore { n_rows: 3, quality, converged, fit_seconds: 0.3 }
    }

    fn open(path: &Path, samples: &str) -> Result<FitLog, FitLogError> {
        FitLog::open(path, samples, Existing::Refuse)
    }

    #[test]
    fn scores_come_back_to_the_last_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fits.jsonl");
        // Values that a careless reader of decimal numbers gets wrong by one bit.
        let cs = [0.000_359_381_366_380_462_8, 1.0 / 3.0, 2.154_434_690_031_884, 1e-3];
        let mut log = open(&path, "s").unwrap();
        for c in cs {
            assert_eq!(log.get(&key(c)), None);
            assert!(log.insert(key(c), score(c)).unwrap());
            assert!(!log.insert(key(c), score(0.0)).unwrap(), "it is known");
        }
        log.sync().unwrap();
        drop(log);
        let bytes = fs::read(&path).unwrap();
        let log = open(&path, "s").unwrap();
        assert!(cs.iter().all(|&c| log.get(&key(c)) == Some(score(c))));
        assert_eq!(log.get(&FitKey { fold: 3, ..key(1e-3) }), None);
        assert_eq!(fs::read(&path).unwrap(), bytes, "opening changes nothing");
    }

    #[test]
    fn a_file_that_was_cut_anywhere_goes_on_from_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fits.jsonl");
        let mut log = open(&path, "s").unwrap();
        log.insert(key(1.0), score(0.5)).unwrap();
        log.insert(key(2.0), score(0.25)).unwrap();
        drop(log);
        let whole = fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let mut log = open(&path, "s").unwrap();
            for (c, accuracy) in [(1.0, 0.5), (2.0, 0.25)] {
                log.insert(key(c), score(accuracy)).unwrap();
            }
            drop(log);
            assert_eq!(fs::read(&path).unwrap(), whole, "cut at {cut}");
        }
    }

    #[test]
    fn what_cannot_be_gone_on_with_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fits.jsonl");
        let refused = |samples: &str| open(&path, samples).unwrap_err();
        let mut log = open(&path, "s").unwrap();
        assert!(matches!(refused("s"), FitLogError::Locked(_)));
        log.insert(key(1.0), score(0.5)).unwrap();
        drop(log);
        assert!(matches!(refused("other"), FitLogError::OtherSamples(_)));

        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, whole.replace("\"accuracy\"", "\"accuracy") + "\n").unwrap();
        assert!(matches!(refused("s"), FitLogError::Damaged { line: 2, .. }));
        fs::write(&path, whole.replace("\"version\":1", "\"version\":2")).unwrap();
        assert!(matches!(refused("s"), FitLogError::Foreign(_)));
        fs::write(&path, "something else").unwrap();
        assert!(matches!(refused("s"), FitLogError::Foreign(_)));
        let missing = open(&folder.path().join("missing/fits.jsonl"), "s").unwrap_err();
        assert!(matches!(missing, FitLogError::Io { .. }));
        let log = FitLog::open(&path, "s", Existing::Replace).unwrap();
        assert_eq!(log.get(&key(1.0)), None, "whatever was there is gone");
    }

    #[test]
    fn without_a_file_scores_are_kept_in_memory() {
        let mut log = FitLog::default();
        log.insert(key(1.0), score(0.5)).unwrap();
        assert_eq!(log.get(&key(1.0)), Some(score(0.5)));
        log.sync().unwrap();
    }
}
