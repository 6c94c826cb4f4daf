//! The segments in the folder of a run.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use atomic_file::UNFINISHED;

use super::folder::{LOCK, PROVENANCE};

const PREFIX: &str = "segment-";
/// Extension of segments.
const EXTENSION: &str = "rows";
/// Extension of segments that were set aside.
pub(super) const DAMAGED: &str = "damaged";

/// What there is.
pub(super) struct Segments {
    /// Closed segments, in the order in which they were written.
    pub(super) closed: Vec<PathBuf>,
    /// What was being written, now or when a process died.
    pub(super) unfinished: Vec<PathBuf>,
    /// A number that no segment has had, damaged ones included.
    pub(super) next: u32,
}

/// Looks through the folder of a run.
pub(super) fn list(folder: &Path) -> io::Result<Segments> {
    let mut found = Segments { closed: Vec::new(), unfinished: Vec::new(), next: 1 };
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if is_unfinished(name) {
            found.unfinished.push(path);
        } else if let Some((number, extension)) = parts(name) {
            found.next = found.next.max(number + 1);
            if extension == EXTENSION {
                found.closed.push(path);
            }
        }
    }
    found.closed.sort();
    Ok(found)
}

/// Whether a run gives such a name to a file in its folder.
pub(super) fn is_ours(name: &OsStr) -> bool {
    name == LOCK || name == PROVENANCE || is_unfinished(name) || parts(name).is_some()
}

fn is_unfinished(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes())
}

/// The number of a segment, and the extension of its file.
fn parts(name: &OsStr) -> Option<(u32, &str)> {
    let (number, extension) = name.to_str()?.strip_prefix(PREFIX)?.split_once('.')?;
    let is_number = number.len() >= 6 && number.bytes().all(|digit| digit.is_ascii_digit());
    let known = [EXTENSION, DAMAGED].contains(&extension);
    (is_number && known).then_some((number.parse().ok()?, extension))
}

/// Where segment `number` lies.
pub(super) fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{PREFIX}{number:06}.{EXTENSION}"))
}
