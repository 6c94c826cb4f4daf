//! A plan carried out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use feature_cache::{Header, Partial, WriteError};

use super::error::RunError;
use super::features::Features;
use super::job::Job;
use super::load::Loader;
use super::outcome::{Event, Outcome};
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
    mut plan: Plan,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, RunError> {
    let started = Instant::now();
    let partial = unfinished::open(recipe, job, report)?;
    // Another process may have finished the cache between the plan and the lock.
    plan.last = existing::open(job, &recipe.provenance)?;
    let mut features = Features::new(partial, plan.last.as_ref(), engine, &recipe.taps, job.batch)?;
    let table = match compute(recipe, job, &mut plan, &mut features, stop, report) {
        Ok(table) => table,
        Err(error) => {
            let n_rows = features.n_rows();
            unfinished::leave(features.partial, n_rows, job)?;
            return Err(error);
        }
    };

    let Plan { classes, last, .. } = plan;
    let counts = table.counts(features.n_computed());
    let n_samples = table.samples.len();
    let up_to_date = last.map_or(Ok(false), |last| table.equals(&last, &classes))?;
    if up_to_date {
        unfinished::discard(features.partial, job)?;
    } else {
        let header = Header {
            provenance: recipe.provenance.clone(),
            classes: classes.clone(),
            created_by: format!("extract {}", env!("CARGO_PKG_VERSION")),
            taps: recipe.taps.clone(),
            shard: job.shard,
        };
        features.partial.finish(&header, &table.samples, &table.unreadable)?;
    }
    let (taps, unreadable, elapsed) = (recipe.taps.clone(), table.unreadable, started.elapsed());
    Ok(Outcome { up_to_date, n_samples, counts, classes, taps, unreadable, elapsed })
}

/// Looks at every image of `plan`, and computes the features that are not known.
fn compute(
    recipe: &Recipe,
    job: &Job,
    plan: &mut Plan,
    features: &mut Features<'_>,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Table, RunError> {
    let n_images = plan.samples.len();
    let known = features.partial.known();
    let loader = Loader {
        root: &plan.root.clone(),
        preset: &recipe.preset,
        rehash: job.rehash,
        wants: &|content_hash| !known.contains(content_hash),
    };
    let table = walk(plan, &loader, job.batch, stop, report, |content_hash, pixels| {
        features.add(content_hash, pixels)
    })?;
    let stopped = || stop.load(Ordering::Relaxed);
    if !stopped() {
        features.forward()?;
    }
    if stopped() {
        let (n_rows, folder) = (features.n_rows(), Partial::folder_of(&job.out));
        return Err(RunError::Interrupted { n_rows, n_images, folder });
    }
    if table.samples.is_empty() {
        return Err(WriteError::NoSamples { path: job.out.clone() }.into());
    }
    Ok(table)
}
