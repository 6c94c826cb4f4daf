//! Why weights are not fetched.

use std::io;
use std::path::PathBuf;

use backbone::weights::WriteError;

use super::convert::ConvertError;
use super::download::DownloadError;
use super::first_use::RecordError;
use super::python_package::PackageError;
use super::registry::UnknownName;

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
    /// The file is not the one that the registry means.
    #[error("the file has MD5 {got}, expected {expected}")]
    Md5 {
        /// The MD5 in the registry.
        expected: String,
        /// The MD5 of what came.
        got: String,
    },
    /// The file is not the one that was first fetched, or the record of that cannot be used.
    #[error("{0}")]
    Record(#[from] RecordError),
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
    /// It was stopped.
    #[error("fetching `{name}` was stopped, and nothing of it is left")]
    Stopped {
        /// The weights.
        name: String,
    },
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
