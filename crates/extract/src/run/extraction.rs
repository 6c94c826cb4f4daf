//! A plan carried out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use feature_cache::{Cache, Header, Partial, WriteError};

use super::error::RunError;
use super::features::Features;
use super::job::Job;
use super::load::Loader;
use super::outcome::{Event, Outcome, Spent};
use super::passes::Passes;
use super::plan::Plan;
use super::recipe::Recipe;
use super::table::Table;
use super::walk::walk;
use super::workers::{WorkTimes, Workers};
use super::{existing, unfinished};
use crate::engine::Engine;

/// Carries out `plan` with `engines` that work side by side.
pub(super) fn extract(
    recipe: &Recipe,
    engines: Vec<Box<dyn Engine + '_>>,
    job: &Job,
    plan: Plan,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, RunError> {
    let passes = Passes::new(recipe, job.batch);
    thread::scope(|scope| {
        let workers = Workers::start(scope, engines, passes);
        extract_with(recipe, passes, workers, job, plan, stop, report)
    })
}

fn extract_with(
    recipe: &Recipe,
    passes: Passes,
    workers: Workers<'_>,
    job: &Job,
    plan: Plan,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, RunError> {
    let started = Instant::now();
    let partial = unfinished::open(recipe, job, plan.space(), report)?;
    // Another process may have finished it between the plan and the lock.
    let last = existing::open(job, &recipe.provenance)?;
    let mut features = Features::new(partial, last.as_ref(), workers, passes, recipe, job, &plan)?;
    let (table, loading) =
        match compute(recipe, job, &plan, last.as_ref(), &mut features, stop, report) {
            Ok(computed) => computed,
            Err(error) => {
                let n_rows = features.n_rows();
                unfinished::leave(features.partial, n_rows, job)?;
                return Err(error);
            }
        };

    let mut writing = features.writing();
    let counts = table.counts(features.n_computed());
    let WorkTimes { waiting, copying, forward } = features.workers.finish();
    let n_samples = table.len();
    let annotations = table.annotations(plan.ground_truth.clone());
    let up_to_date =
        last.map_or(Ok(false), |last| table.equals(&last, &plan.classes, &annotations))?;
    if up_to_date {
        unfinished::discard(features.partial, job)?;
    } else {
        let header = Header {
            provenance: recipe.provenance.clone(),
            classes: plan.classes.clone(),
            created_by: format!("extract {}", env!("CARGO_PKG_VERSION")),
            taps: recipe.taps.clone(),
            shard: job.shard,
        };
        let start = Instant::now();
        let (partial, samples) = (features.partial, table.samples());
        partial.finish_annotated(&header, samples, &annotations, &table.unreadable)?;
        writing += start.elapsed();
    }
    let spent = Spent { loading, waiting, copying, forward, writing };
    let (taps, unreadable, elapsed) = (recipe.taps.clone(), table.unreadable, started.elapsed());
    Ok(Outcome {
        up_to_date,
        n_samples,
        counts,
        classes: plan.classes,
        taps,
        unreadable,
        elapsed,
        spent,
    })
}

/// Looks at every image of `plan`, and computes the features that are not known. Tells the time of all
/// threads that went into loading.
fn compute<'a>(
    recipe: &Recipe,
    job: &Job,
    plan: &'a Plan,
    last: Option<&Cache>,
    features: &mut Features<'_>,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<(Table<'a>, Duration), RunError> {
    let n_images = plan.samples.len();
    let known = features.partial.known();
    let loader = Loader {
        root: &plan.root,
        samples: &plan.samples,
        recipe,
        limits: &job.limits,
        rehash: job.rehash,
        crop_box: job.crop_box,
        wants: &|content_hash| !known.contains(content_hash),
    };
    let n_images_loaded = features.passes.n_images_loaded();
    let (table, loading) =
        walk(plan, last, &loader, n_images_loaded, stop, report, |image| features.add(image))?;
    let stopped = || stop.load(Ordering::Relaxed);
    if !stopped() {
        features.forward()?;
    }
    // What engines have begun is not thrown away, even when it is over.
    features.complete()?;
    if stopped() {
        let (n_rows, folder) = (features.n_rows(), Partial::folder_of(&job.out));
        return Err(RunError::Interrupted { n_rows, n_images, folder });
    }
    if table.len() == 0 {
        return Err(WriteError::NoSamples { path: job.out.clone() }.into());
    }
    Ok((table, loading))
}
