//! The fits of a sweep, written down as they are made.
//!
//! The file is lines of JSON, in the order in which the fits ended. The first says what the file is
//! and which samples the fits are of; each other one is a [`FitKey`], everything that decides the
//! score, and the [`FoldScore`]; or it names the files of results that are this sweep's, which is written
//! before the first of them is. The last such line holds. A sweep that goes on, or is asked for more, finds
//! here what it need not make again, and which files it may replace and remove.
//!
//! Lines are appended, each in one piece, and synced when the log is closed. A last line that a crash
//! cut short is dropped when the file is opened again. The file is locked while it is open. A symbolic link
//! is not followed, and nothing is changed of a file that does not begin as such a record.

use std::collections::{BTreeSet, HashMap};
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use atomic_file::{Existing, open_to_change};
use head::{HeadSpec, Settings, Steps};
use learn::FoldScore;
use serde::{Deserialize, Serialize};

use super::result_names::is_result;

const FORMAT: &str = "offshelf-fits";
const VERSION: u32 = 1;

/// The largest record that is read, in bytes: some millions of fits. A sparse file of terabytes takes no room
/// on a disk.
const MAX_BYTES: u64 = 1 << 30;

/// Everything that decides the score of a fit. Two fits of one key have one score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FitKey {
    /// Digest of features, labels and folds, and of the program that fitted.
    pub(crate) data: String,
    /// Tap, for people: the data digest covers its features.
    pub(crate) tap: String,
    /// Transform.
    pub(crate) transform: Steps,
    /// The head.
    #[serde(flatten)]
    pub(crate) spec: HeadSpec,
    /// Settings of this head, with the seed of the division.
    pub(crate) settings: Settings,
    /// The fold held out.
    pub(crate) fold: usize,
}

/// Scores by key, in memory or kept in a file too.
#[derive(Debug, Default)]
pub struct FitLog {
    file: Option<(PathBuf, File)>,
    scores: HashMap<String, FoldScore>,
    files: BTreeSet<String>,
}

/// A log that is open and locked, of which nothing has been changed yet.
#[derive(Debug)]
pub(crate) struct LockedLog {
    path: PathBuf,
    file: File,
    bytes: Vec<u8>,
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
    /// The folder or the file is a symbolic link.
    #[error("`{}` is a symbolic link, and a sweep follows none", .0.display())]
    Link(PathBuf),
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

/// The names of the files of results.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Files {
    files: BTreeSet<String>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: FitKey,
    score: FoldScore,
}

impl LockedLog {
    /// Opens and locks the log at `path`, which is made where it is missing.
    ///
    /// # Errors
    /// [`FitLogError::Io`], [`FitLogError::Locked`], [`FitLogError::Link`], and [`FitLogError::Foreign`] for
    /// a file that does not begin as a log does.
    pub(crate) fn open(path: &Path) -> Result<Self, FitLogError> {
        let failed = |source| FitLogError::Io { path: path.to_owned(), source };
        if path.is_symlink() {
            return Err(FitLogError::Link(path.to_owned()));
        }
        let mut file = open_to_change(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FitLogError::Locked(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        if file.metadata().map_err(failed)?.len() > MAX_BYTES {
            let problem = format!("it has more than {MAX_BYTES} bytes");
            return Err(failed(io::Error::new(ErrorKind::FileTooLarge, problem)));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let begin = format!("{{\"format\":\"{FORMAT}\"");
        let n_common = begin.len().min(bytes.len());
        if bytes[..n_common] != begin.as_bytes()[..n_common] {
            return Err(FitLogError::Foreign(path.to_owned()));
        }
        Ok(Self { path: path.to_owned(), file, bytes })
    }

    /// The files of results that were this sweep's, whatever else is damaged.
    pub(crate) fn files(&self) -> BTreeSet<String> {
        let lines = self.bytes.split(|&byte| byte == b'\n');
        lines.rev().find_map(files_of).unwrap_or_default()
    }

    /// The log of fits on `samples`, which is a digest of samples and labels; what is there is forgotten when
    /// it is to be replaced.
    ///
    /// # Errors
    /// [`FitLogError`].
    pub(crate) fn begin(self, samples: &str, existing: Existing) -> Result<FitLog, FitLogError> {
        let Self { path, mut file, bytes } = self;
        let (scores, end) = match existing {
            Existing::Refuse => read(&path, &bytes, samples)?,
            Existing::Replace => (HashMap::new(), 0),
        };
        let files = bytes[..end].split(|&byte| byte == b'\n').rev().find_map(files_of);
        let failed = |source| FitLogError::Io { path: path.clone(), source };
        file.set_len(end as u64).map_err(failed)?;
        file.seek(SeekFrom::Start(end as u64)).map_err(failed)?;
        let mut log = FitLog { file: Some((path, file)), scores, files: files.unwrap_or_default() };
        if end == 0 {
            let (format, samples) = (FORMAT.to_owned(), samples.to_owned());
            log.append(&Header { format, version: VERSION, samples })?;
        }
        Ok(log)
    }
}

/// The files that a line names, if that is what it does.
fn files_of(line: &[u8]) -> Option<BTreeSet<String>> {
    let Files { files } = serde_json::from_slice(line).ok()?;
    files.iter().all(|name| is_result(name)).then_some(files)
}

impl FitLog {
    /// The files of results that are this sweep's: it may replace and remove them.
    pub(crate) fn files(&self) -> &BTreeSet<String> {
        &self.files
    }

    /// Makes these the files of the sweep, before they are written or after others were removed.
    ///
    /// # Errors
    /// [`FitLogError::Io`].
    pub(crate) fn set_files(&mut self, files: BTreeSet<String>) -> Result<(), FitLogError> {
        if files != self.files {
            self.append(&Files { files: files.clone() })?;
            self.sync()?;
            self.files = files;
        }
        Ok(())
    }

    /// The folder that the log lies in, if it is kept in a file.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.file.as_ref().and_then(|(path, _)| path.parent())
    }

    /// The score of a fit that was made before.
    pub(crate) fn get(&self, key: &FitKey) -> Option<FoldScore> {
        self.scores.get(&text(key)).copied()
    }

    /// Keeps the score of a fit, and says whether it is new. A score that is known stays as it is.
    ///
    /// # Errors
    /// [`FitLogError::Io`].
    pub(crate) fn insert(&mut self, key: FitKey, score: FoldScore) -> Result<bool, FitLogError> {
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
    pub(crate) fn sync(&self) -> Result<(), FitLogError> {
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
                _ if line.ends_with(b"\n") && files_of(line).is_some() => {}
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
mod tests;
