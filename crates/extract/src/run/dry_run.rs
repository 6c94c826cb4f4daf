//! What a run would do.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use feature_cache::{Cache, Partial};
use schema::Unreadable;

use super::counts::Counts;
use super::error::RunError;
use super::job::Job;
use super::load::Loader;
use super::outcome::Event;
use super::plan::Plan;
use super::recipe::Recipe;
use super::walk::walk;
use super::{existing, unfinished};

/// What a run would do, as far as it can be told without decoding an image.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Whether the run would leave the cache as it is.
    pub up_to_date: bool,
    /// Images that can be read as files. Those to compute may still turn out to be no images.
    pub n_images: usize,
    /// What would become of them.
    pub counts: Counts,
    /// Files and folders that cannot be read, sorted by path.
    pub unreadable: Vec<Unreadable>,
    /// An unfinished run. The features that it has on disk count as reused.
    pub unfinished: Option<PathBuf>,
}

/// Looks at the images of `plan`, and writes nothing.
pub(super) fn forecast(
    recipe: &Recipe,
    job: &Job,
    plan: &Plan,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Forecast, RunError> {
    let loader = Loader {
        root: &plan.root,
        samples: &plan.samples,
        recipe,
        limits: &job.limits,
        rehash: job.rehash,
        crop_box: job.crop_box,
        wants: &|_| false,
    };
    let never = AtomicBool::new(false);
    let last = existing::open(job, &recipe.provenance)?;
    // No views are loaded that would take memory.
    let (table, _) = walk(plan, last.as_ref(), &loader, job.batch, &never, report, |_| Ok(()))?;

    let mut known = unfinished::peek(recipe, job)?;
    known.extend(last.as_ref().map_or(Ok(Vec::new()), Cache::content_hashes)?);
    known.sort_unstable();
    let mut new: Vec<&[u8; 32]> = table.contents().collect();
    new.retain(|content_hash| known.binary_search(content_hash).is_err());
    new.sort_unstable();
    new.dedup();
    let annotations = table.annotations(plan.ground_truth.clone());
    let up_to_date =
        last.map_or(Ok(false), |last| table.equals(&last, &plan.classes, &annotations))?;
    Ok(Forecast {
        up_to_date,
        n_images: table.len(),
        counts: table.counts(new.len()),
        unreadable: table.unreadable,
        unfinished: Some(Partial::folder_of(&job.out)).filter(|folder| folder.exists()),
    })
}
