//! A plan carried out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use feature_cache::{Cache, Header, Partial, WriteError};

use super::error::RunError;
use super::features::Features;
use super::job::Job;
use super::load::Loader;
use super::outcome::{Event, Outcome, Spent};
use super::passes::Passes;
use super::pipeline::LoadTimes;
use super::plan::Plan;
use super::recipe::Recipe;
use super::table::Table;
use super::walk::walk;
use super::{existing, unfinished};
use crate::engine::Engine;

/// Carries out `plan`.
pub(super) fn extract(
    recipe: &Recipe,
    engine: &dyn Engine,
    job: &Job,
    plan: Plan,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, RunError> {
    let started = Instant::now();
    let partial = unfinished::open(recipe, job, plan.outlook(), report)?;
    // Another process may have finished it between the plan and the lock.
    let last = existing::open(job, &recipe.provenance)?;
    let mut features = Features::new(partial, last.as_ref(), engine, recipe, job)?;
    let (table, LoadTimes { loading, waiting }) =
        match compute(recipe, job, &plan, last.as_ref(), &mut features, stop, report) {
            Ok(computed) => computed,
            Err(error) => {
                let n_rows = features.n_rows();
                unfinished::leave(features.partial, n_rows, job)?;
                return Err(error);
            }
        };

    let (forward, mut writing) = (features.forwarding(), features.writing());
    let counts = table.counts(features.n_computed());
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
    let spent = Spent { loading, waiting, forward, writing };
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

/// Looks at every image of `plan`, and computes the features that are not known.
fn compute<'a>(
    recipe: &Recipe,
    job: &Job,
    plan: &'a Plan,
    last: Option<&Cache>,
    features: &mut Features<'_>,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<(Table<'a>, LoadTimes), RunError> {
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
    let n_images_loaded = Passes::new(recipe, job.batch).n_images_loaded();
    let (table, times) =
        walk(plan, last, &loader, n_images_loaded, stop, report, |image| features.add(image))?;
    let stopped = || stop.load(Ordering::Relaxed);
    if !stopped() {
        features.forward()?;
    }
    if stopped() {
        let (n_rows, folder) = (features.n_rows(), Partial::folder_of(&job.out));
        return Err(RunError::Interrupted { n_rows, n_images, folder });
    }
    if table.len() == 0 {
        return Err(WriteError::NoSamples { path: job.out.clone() }.into());
    }
    Ok((table, times))
}
