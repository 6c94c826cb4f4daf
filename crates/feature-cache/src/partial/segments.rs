//! The segments in the folder of a run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use atomic_file::UNFINISHED;

const PREFIX: &str = "segment-";
/// Extension of segments.
const EXTENSION: &str = "rows";

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
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(UNFINISHED) {
            found.unfinished.push(path);
        } else if let Some(rest) = name.strip_prefix(PREFIX) {
            let number = rest.split('.').next().and_then(|number| number.parse::<u32>().ok());
            found.next = found.next.max(number.unwrap_or(0) + 1);
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                found.closed.push(path);
            }
        }
    }
    found.closed.sort();
    Ok(found)
}

/// Where segment `number` lies.
pub(super) fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{PREFIX}{number:06}.{EXTENSION}"))
}
