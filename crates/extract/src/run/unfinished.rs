//! The unfinished run beside the cache.

use feature_cache::{Partial, PartialError, SpaceEstimate, WriteError};

use super::error::RunError;
use super::job::Job;
use super::outcome::Event;
use super::recipe::Recipe;

/// Goes on with the unfinished run beside `job.out`, or begins one. It is this process' until the
/// result is dropped.
pub(super) fn open(
    recipe: &Recipe,
    job: &Job,
    space: SpaceEstimate,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Partial, RunError> {
    let (Recipe { provenance, taps, .. }, Job { out, segments, .. }) = (recipe, job);
    let open = || Partial::open(out, provenance, taps, *segments, space);
    let partial = match open() {
        Err(PartialError::OtherProvenance { .. }) if job.replace => {
            Partial::discard_any(&job.out)?;
            open()?
        }
        opened => opened?,
    };
    for segment in partial.set_aside() {
        report(Event::Warning(&format!(
            "{}; it lies aside as `{}`, and its images are computed again",
            segment.reason,
            segment.path.display()
        )));
    }
    let n_rows = partial.n_rows();
    if n_rows > 0 {
        report(Event::Resumed { n_rows, folder: &Partial::folder_of(&job.out) });
    }
    Ok(partial)
}

/// The contents whose features the unfinished run beside `job.out` has on disk, found without
/// touching it.
pub(super) fn peek(recipe: &Recipe, job: &Job) -> Result<Vec<[u8; 32]>, RunError> {
    match Partial::peek(&job.out, &recipe.provenance, &recipe.taps) {
        Err(PartialError::OtherProvenance { .. }) if job.replace => Ok(Vec::new()),
        peeked => Ok(peeked?),
    }
}

/// Leaves the unfinished run to whoever goes on with it: `n_rows` rows, on disk before this returns.
/// An empty one goes.
pub(super) fn leave(mut partial: Partial, n_rows: usize, job: &Job) -> Result<(), RunError> {
    if n_rows > 0 {
        return Ok(partial.close_segment()?);
    }
    discard(partial, job)
}

/// Removes a run that nobody will go on with.
pub(super) fn discard(partial: Partial, job: &Job) -> Result<(), RunError> {
    let path = Partial::folder_of(&job.out);
    Ok(partial.discard().map_err(|source| WriteError::Io { path, source })?)
}
