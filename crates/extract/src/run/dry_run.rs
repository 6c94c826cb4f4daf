//! What a run would do.

use std::path::PathBuf;

use feature_cache::{Cache, Partial};
use schema::Unreadable;

use super::context::Run;
use super::counts::Counts;
use super::error::RunError;
use super::load::Loader;
use super::outcome::Event;
use super::unfinished;
use super::walk::walk;
use crate::overview::Overview;

/// What a run would do, as far as it can be told without decoding an image.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Whether the run would leave the cache as it is.
    pub up_to_date: bool,
    /// Images that can be read as files. Those to compute may still turn out to be no images.
    pub n_images: usize,
    /// What would become of them.
    pub counts: Counts,
    /// These images, counted.
    pub overview: Overview,
    /// Files and folders that cannot be read, sorted by path.
    pub unreadable: Vec<Unreadable>,
    /// An unfinished run. The features that it has on disk count as reused.
    pub unfinished: Option<PathBuf>,
}

/// Looks at the images of the plan, and writes nothing.
pub(super) fn forecast(run: &Run<'_>, last: Option<&Cache>) -> Result<Forecast, RunError> {
    let Run { plan, job, .. } = run;
    let loader = Loader::new(run, &|_| false);
    // No views are loaded that would take memory.
    let (table, _) = walk(run, last, &loader, job.batch, |_| Ok(()))?;

    let mut known = unfinished::peek(run)?;
    known.extend(last.map_or(Ok(Vec::new()), Cache::content_hashes)?);
    known.sort_unstable();
    let mut new: Vec<&[u8; 32]> = table.contents().collect();
    new.retain(|content_hash| known.binary_search(content_hash).is_err());
    new.sort_unstable();
    new.dedup();
    let overview = table.overview(plan);
    overview.leaks.warnings().iter().for_each(|warning| run.report(Event::Warning(warning)));
    Ok(Forecast {
        up_to_date: table.is_that_of(last, plan)?,
        n_images: table.len(),
        counts: table.counts(new.len()),
        overview,
        unreadable: table.unreadable,
        unfinished: Some(Partial::folder_of(&job.out)).filter(|folder| folder.exists()),
    })
}
