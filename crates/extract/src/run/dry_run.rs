//! What a run would do.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use feature_cache::{Cache, Partial, UnreadableImage};

use super::counts::Counts;
use super::error::RunError;
use super::job::Job;
use super::load::Loader;
use super::outcome::Event;
use super::plan::Plan;
use super::recipe::Recipe;
use super::walk::walk;

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
    pub unreadable: Vec<UnreadableImage>,
    /// An unfinished run, which may hold the features of some of the images that are counted as to
    /// be computed.
    pub unfinished: Option<PathBuf>,
}

/// Looks at the images of `plan`, and writes nothing.
pub(super) fn forecast(
    recipe: &Recipe,
    job: &Job,
    mut plan: Plan,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Forecast, RunError> {
    let loader = Loader {
        root: &plan.root.clone(),
        preset: &recipe.preset,
        rehash: job.rehash,
        wants: &|_| false,
    };
    let never = AtomicBool::new(false);
    let table = walk(&mut plan, &loader, job.batch, &never, report, |_, _| Ok(()))?;

    let known = plan.last.as_ref().map_or(Ok(Vec::new()), Cache::content_hashes)?;
    let known: HashSet<[u8; 32]> = known.into_iter().collect();
    let contents: HashSet<[u8; 32]> = table.samples.iter().map(|s| s.content_hash).collect();
    let n_new = contents.difference(&known).count();
    let up_to_date = plan.last.map_or(Ok(false), |last| table.equals(&last, &plan.classes))?;
    Ok(Forecast {
        up_to_date,
        n_images: table.samples.len(),
        counts: table.counts(n_new),
        unreadable: table.unreadable,
        unfinished: Some(Partial::folder_of(&job.out)).filter(|folder| folder.exists()),
    })
}
