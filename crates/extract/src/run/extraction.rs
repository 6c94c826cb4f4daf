//! A run carried out.

use std::thread;
use std::time::{Duration, Instant};

use engine::Engine;
use feature_cache::{Cache, Header, Partial, WriteError};

use super::context::Run;
use super::error::RunError;
use super::existing::Existing;
use super::features::Features;
use super::load::Loader;
use super::outcome::{Event, Outcome, Spent};
use super::table::Table;
use super::unfinished;
use super::walk::walk;
use super::workers::{WorkTimes, Workers};
use network::Passes;

/// Carries out `run` with `engines` that work side by side.
pub(super) fn extract(
    run: &Run<'_>,
    existing: Existing,
    engines: Vec<Box<dyn Engine + '_>>,
) -> Result<Outcome, RunError> {
    let passes = run.recipe.passes(run.job.batch);
    thread::scope(|scope| {
        let workers = Workers::start(scope, engines, passes);
        extract_with(run, existing, workers, passes)
    })
}

fn extract_with(
    run: &Run<'_>,
    existing: Existing,
    workers: Workers<'_>,
    passes: Passes,
) -> Result<Outcome, RunError> {
    let Run { recipe, job, plan, .. } = run;
    let started = Instant::now();
    let partial = unfinished::open(run)?;
    // Another process may have finished it before this one had the lock.
    let last = existing.current(job, &recipe.provenance)?;
    let mut features = Features::new(run, partial, last.as_ref(), workers, passes)?;
    let (table, loading) = match compute(run, last.as_ref(), &mut features) {
        Ok(computed) => computed,
        Err(error) => {
            let n_rows = features.n_rows();
            unfinished::leave(features.partial, n_rows, run)?;
            return Err(error);
        }
    };

    let mut writing = features.writing();
    let counts = table.counts(features.n_computed());
    let WorkTimes { waiting, copying, forward } = features.workers.finish();
    let n_samples = table.len();
    let up_to_date = table.is_that_of(last.as_ref(), plan)?;
    // Nothing reads it any more, and what it holds of every row would take memory while the new one is written.
    drop(last);
    if up_to_date {
        unfinished::discard(features.partial, run);
    } else {
        let header = Header {
            provenance: recipe.provenance.clone(),
            classes: plan.classes.clone(),
            created_by: format!("extract {}", env!("CARGO_PKG_VERSION")),
            taps: recipe.taps.clone(),
            shard: job.shard,
        };
        let start = Instant::now();
        let annotations = table.annotations(plan);
        let samples = table.samples();
        let leftover =
            features.partial.finish_annotated(&header, samples, &annotations, &table.unreadable)?;
        unfinished::tell(leftover, run);
        writing += start.elapsed();
    }
    let overview = table.overview(plan);
    overview.leaks.warnings().iter().for_each(|warning| run.report(Event::Warning(warning)));
    Ok(Outcome {
        up_to_date,
        n_samples,
        counts,
        n_left_turned: table.n_left_turned,
        classes: plan.classes.clone(),
        overview,
        taps: recipe.taps.clone(),
        unreadable: table.unreadable,
        elapsed: started.elapsed(),
        spent: Spent { loading, waiting, copying, forward, writing },
    })
}

/// Looks at every image of the plan, and computes the features that are not known. Tells the time of all
/// threads that went into loading.
fn compute<'a>(
    run: &'a Run<'_>,
    last: Option<&Cache>,
    features: &mut Features<'_>,
) -> Result<(Table<'a>, Duration), RunError> {
    let known = features.partial.known();
    let wants = |content_hash: &[u8; 32]| !known.contains(content_hash);
    let loader = Loader::new(run, &wants);
    let n_images_loaded = features.passes.n_images_loaded();
    let (table, loading) = walk(run, last, &loader, n_images_loaded, |image| features.add(image))?;
    if !run.is_stopped() {
        features.forward()?;
    }
    // What engines have begun is not thrown away, even when it is over.
    features.complete()?;
    let out = &run.job.out;
    if run.is_stopped() {
        let (n_rows, n_images) = (features.n_rows(), run.plan.samples.len());
        return Err(RunError::Interrupted { n_rows, n_images, folder: Partial::folder_of(out) });
    }
    if table.len() == 0 {
        return Err(WriteError::NoSamples { path: out.clone() }.into());
    }
    Ok((table, loading))
}
