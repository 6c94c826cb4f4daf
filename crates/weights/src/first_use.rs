//! The record of files whose SHA-256 is not known in full before they are first fetched.
//!
//! What the first download was is kept beside the weights, as `<published file>.sha256` in the format of
//! `sha256sum`: the 64 digits, two spaces, the file's name. A file that is another one later is refused.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use atomic_file::{Existing, UnfinishedFile};

/// The record of the file at `url`, in the folder of weights.
pub(super) fn record_of(url: &str, folder: &Path) -> PathBuf {
    folder.join(format!("{}.sha256", file_name(url)))
}

fn file_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// Why a record does not say which file is meant.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The record could not be read or written.
    #[error("the record `{path}` of what was first fetched: {source}")]
    Io {
        /// The record.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is something else in it than a digest and a name.
    #[error(
        "`{path}` is no record of what was first fetched: 64 hexadecimal digits, two spaces and `{name}` are expected"
    )]
    Malformed {
        /// The record.
        path: PathBuf,
        /// The name of the published file.
        name: String,
    },
    /// The file is another one than at first.
    #[error(
        "the file has SHA-256 {got}, but the one that was first fetched had {recorded} (`{path}`)"
    )]
    Changed {
        /// The record.
        path: PathBuf,
        /// The SHA-256 at the first download.
        recorded: String,
        /// The SHA-256 now.
        got: String,
    },
}

/// The recorded SHA-256 of the file at `url`, if it was fetched before.
pub(super) fn recorded(url: &str, folder: &Path) -> Result<Option<String>, RecordError> {
    let path = record_of(url, folder);
    let name = file_name(url);
    // No record is longer, and nothing else is read whole.
    let longest = 64 + 2 + name.len() as u64 + 1;
    let mut text = Vec::new();
    match File::open(&path).and_then(|file| file.take(longest + 1).read_to_end(&mut text)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(RecordError::Io { path, source }),
        Ok(_) => {}
    }
    let text = String::from_utf8_lossy(&text);
    let digits = |text: &str| {
        text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    match text.trim_end().split_once("  ") {
        Some((digest, named)) if digits(digest) && named == name => Ok(Some(digest.to_owned())),
        _ => Err(RecordError::Malformed { path, name: name.to_owned() }),
    }
}

/// Refuses `sha256` where another one is recorded.
pub(super) fn check(sha256: &str, url: &str, folder: &Path) -> Result<(), RecordError> {
    match recorded(url, folder)? {
        Some(recorded) if recorded != sha256 => {
            let (path, got) = (record_of(url, folder), sha256.to_owned());
            Err(RecordError::Changed { path, recorded, got })
        }
        _ => Ok(()),
    }
}

/// Records `sha256` unless it is recorded; says whether it was new. `work` is a folder on the same disk.
pub(super) fn record(
    sha256: &str,
    url: &str,
    folder: &Path,
    work: &Path,
) -> Result<bool, RecordError> {
    let path = record_of(url, folder);
    let write = || {
        let mut file = UnfinishedFile::create(work)?;
        file.as_file_mut().write_all(format!("{sha256}  {}\n", file_name(url)).as_bytes())?;
        file.finish(&path, Existing::Refuse)
    };
    match write() {
        Ok(()) => Ok(true),
        // It was there, or another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            check(sha256, url, folder).map(|()| false)
        }
        Err(source) => Err(RecordError::Io { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pth.sha256");
        std::fs::create_dir(&path).unwrap();
        let error = recorded("https://weights.example/a.pth", folder.path()).unwrap_err();
        let message = format!("the record `{}` of what was first fetched: ", path.display());
        assert!(error.to_string().starts_with(&message), "{error}");
    }

    #[test]
    fn what_is_recorded_first_stays() {
        const URL: &str = "https://weights.example/models/a.pth";
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let (one, two) = ("1".repeat(64), "2".repeat(64));
        assert!(recorded(URL, at).unwrap().is_none());
        check(&one, URL, at).unwrap();
        assert!(record(&one, URL, at, at).unwrap());
        assert!(!record(&one, URL, at, at).unwrap());
        assert_eq!(recorded(URL, at).unwrap(), Some(one.clone()));
        let path = at.join("a.pth.sha256");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{one}  a.pth\n"));

        for error in [check(&two, URL, at).unwrap_err(), record(&two, URL, at, at).unwrap_err()] {
            let message = error.to_string();
            assert!(message.contains(&one) && message.contains(&two), "{message}");
        }
        assert_eq!(std::fs::read_dir(at).unwrap().count(), 1);

        for damaged in ["", "12  a.pth\n", &format!("{one}  b.pth\n"), &"1".repeat(10_000)] {
            std::fs::write(&path, damaged).unwrap();
            assert!(
                matches!(check(&one, URL, at), Err(RecordError::Malformed { .. })),
                "{damaged}"
            );
        }
    }
}
