//! The unfinished run beside the cache.

use feature_cache::{Leftover, Partial, PartialError};

use super::context::Run;
use super::error::RunError;
use super::job::Job;
use super::outcome::Event;
use network::Recipe;

/// Goes on with the unfinished run beside the cache, or begins one. It is this process' until the
/// result is dropped.
pub(super) fn open(run: &Run<'_>) -> Result<Partial, RunError> {
    let Job { out, segments, .. } = run.job;
    let Recipe { provenance, taps, .. } = &run.recipe;
    let open = || Partial::open(out, provenance, taps, *segments, run.plan.space());
    let partial = match open() {
        Err(PartialError::OtherProvenance { .. }) if run.job.replace => {
            Partial::discard_any(out)?;
            open()?
        }
        opened => opened?,
    };
    for segment in partial.set_aside() {
        run.report(Event::Warning(&format!(
            "{}; it lies aside as `{}`, and its images are computed again",
            segment.reason,
            segment.path.display()
        )));
    }
    let n_rows = partial.n_rows();
    if n_rows > 0 {
        run.report(Event::Resumed { n_rows, folder: &Partial::folder_of(out) });
    }
    Ok(partial)
}

/// The contents whose features the unfinished run beside the cache has on disk, found without
/// touching it.
pub(super) fn peek(run: &Run<'_>) -> Result<Vec<[u8; 32]>, RunError> {
    let Recipe { provenance, taps, .. } = &run.recipe;
    match Partial::peek(&run.job.out, provenance, taps) {
        Err(PartialError::OtherProvenance { .. }) if run.job.replace => Ok(Vec::new()),
        peeked => Ok(peeked?),
    }
}

/// Leaves the unfinished run to whoever goes on with it: `n_rows` rows, on disk before this returns.
/// An empty one goes.
pub(super) fn leave(mut partial: Partial, n_rows: usize, run: &Run<'_>) -> Result<(), RunError> {
    if n_rows > 0 {
        return Ok(partial.close_segment()?);
    }
    discard(partial, run);
    Ok(())
}

/// Removes a run that nobody will go on with.
pub(super) fn discard(partial: Partial, run: &Run<'_>) {
    tell(partial.discard().err(), run);
}

/// Tells of a folder that stayed, though the run is over.
pub(super) fn tell(leftover: Option<Leftover>, run: &Run<'_>) {
    if let Some(leftover) = leftover {
        run.report(Event::Warning(&format!("{leftover}: {}", leftover.source)));
    }
}
