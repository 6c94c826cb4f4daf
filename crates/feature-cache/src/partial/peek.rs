//! A look at an unfinished run that does not disturb it.

use std::io;
use std::path::Path;

use schema::{Provenance, Tap};

use super::folder::{check_names, is_of};
use super::segments::{self, Segments};
use super::{Partial, PartialError};
use crate::rows::ContentHash;
use crate::segment::{self, SegmentError};

impl Partial {
    /// The contents whose features an unfinished run of `out` has on disk, as [`open`](Self::open)
    /// would find them; none where there is no such run.
    ///
    /// No lock is taken and nothing is changed: another process may be at work, and a damaged segment
    /// stays where it is.
    ///
    /// # Errors
    /// When the run is of other features, or cannot be read.
    pub fn peek(
        out: &Path,
        provenance: &Provenance,
        taps: &[Tap],
    ) -> Result<Vec<ContentHash>, PartialError> {
        let folder = Self::folder_of(out);
        let mut contents = Vec::new();
        match check_names(&folder) {
            Err(error) if error.is_missing() => return Ok(contents),
            checked => checked?,
        };
        if !is_of(&folder, provenance)? {
            return Ok(contents);
        }
        let unreadable = |source| PartialError::Read { path: folder.clone(), source };
        let closed = match segments::list(&folder) {
            Ok(Segments { closed, .. }) => closed,
            Err(error) if is_missing(&error) => return Ok(contents),
            Err(error) => return Err(unreadable(error)),
        };
        let row_bytes: Vec<usize> = taps.iter().map(Tap::row_bytes).collect();
        for path in closed {
            match segment::open(&path, &segment::identity(provenance), &row_bytes) {
                Ok((hashes, _)) => contents.extend(hashes),
                Err(SegmentError::Read(error)) if !is_missing(&error) => {
                    return Err(unreadable(error));
                }
                // Damaged, or of a run that has just finished.
                Err(_) => {}
            }
        }
        Ok(contents)
    }
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}
