//! How often a walk comes to each folder.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::limits::VISITS_OF_A_FOLDER;

/// Counts the ways to each folder. Links back to a folder above are found by the walk itself; links to
/// folders beside it make no loop, and yet more paths than anybody could read.
#[derive(Default)]
pub(super) struct Visits(HashMap<(u64, u64), usize>);

impl Visits {
    /// Counts a visit of the folder at `path`.
    ///
    /// The error is of the walk, not of the folder: to pass over it would leave out images, and which ones
    /// would depend on the order in which the system lists folders.
    pub(super) fn add(&mut self, path: &Path, metadata: &Metadata) -> io::Result<()> {
        let Some(identity) = identity(metadata) else { return Ok(()) };
        let visits = self.0.entry(identity).or_default();
        *visits += 1;
        if *visits <= VISITS_OF_A_FOLDER {
            return Ok(());
        }
        let path = path.display();
        let problem = format!("more than {VISITS_OF_A_FOLDER} ways of links lead to `{path}`");
        Err(io::Error::new(ErrorKind::InvalidInput, problem))
    }
}

/// What tells a folder from all others.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}
