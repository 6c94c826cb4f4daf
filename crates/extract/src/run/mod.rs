//! `extract run`: a data set of images in, a feature cache out, whatever happens in between.
//!
//! A [`Request`] names a network and a [`Job`]. The network becomes a [`Recipe`], all that decides
//! what the features of an image are, and an [`Engine`] that computes them. The job becomes a plan:
//! the list of images and the cache that is there already, everything checked that needs no image.
//! Carried out, a plan reads each image whose features are not known by its size and time, computes
//! those whose content is not known either, and joins the rows of all into one file.

mod annotations;
mod counts;
mod crop;
mod dry_run;
mod error;
mod existing;
mod extraction;
mod failure;
mod features;
mod job;
mod known;
mod load;
mod network;
mod outcome;
mod passes;
mod pipeline;
mod plan;
mod recipe;
mod shard;
mod table;
mod unfinished;
mod walk;
mod workers;

use std::cell::LazyCell;
use std::sync::atomic::AtomicBool;

use self::plan::Plan;
use crate::engine::Engine;

pub use dataset::Source;

pub use self::counts::Counts;
pub use self::dry_run::Forecast;
pub use self::error::RunError;
pub use self::existing::ExistingError;
pub use self::failure::Failure;
pub use self::job::{Job, Request};
pub(crate) use self::network::Network;
pub use self::network::NetworkRequest;
pub use self::outcome::{Event, Outcome, Spent};
pub use self::recipe::Recipe;

/// Extracts the features of every image of a folder, in the order of the manifest.
///
/// What was computed before is not computed again: neither rows of the cache that is there, nor
/// those of a run that was interrupted. An image that cannot be read is no error: it goes into the
/// cache's error table, and into the outcome.
///
/// # Errors
/// See [`RunError`]. When `stop` becomes true, [`RunError::Interrupted`]; the same request goes on
/// from there.
pub fn run(
    request: &Request,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, RunError> {
    let network = Network::resolve(&request.network)?;
    network.warnings().iter().for_each(|warning| report(Event::Warning(warning)));
    let recipe = existing::with_engines(network.recipe(), &request.job);
    let network = &network;
    let engine =
        |index| -> Box<dyn Engine + '_> { Box::new(LazyCell::new(move || network.load(index))) };
    let engines = (0..network.n_engines()).map(engine).collect();
    run_with(&recipe, engines, &request.job, stop, report)
}

/// As [`run`], with engines of the caller's, which give the same features. `recipe` must tell what they
/// compute of the pixels that they are given; a job that crops to boxes adds that itself.
///
/// # Errors
/// As [`run`].
///
/// # Panics
/// Without an engine, or when one panics.
pub fn run_with(
    recipe: &Recipe,
    engines: Vec<Box<dyn Engine + '_>>,
    job: &Job,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, RunError> {
    let recipe = &recipe.for_job(job);
    let plan = Plan::new(recipe, job)?;
    plan.warnings.iter().for_each(|warning| report(Event::Warning(warning)));
    extraction::extract(recipe, engines, job, plan, stop, report)
}

/// What [`run`] would do. Images that are new or changed are read, not decoded; nothing is written.
///
/// # Errors
/// As [`run`].
pub fn dry_run(request: &Request, report: &mut dyn FnMut(Event<'_>)) -> Result<Forecast, RunError> {
    let network = Network::resolve(&request.network)?;
    network.warnings().iter().for_each(|warning| report(Event::Warning(warning)));
    let recipe = existing::with_engines(network.recipe(), &request.job);
    dry_run_with(&recipe, &request.job, report)
}

/// As [`dry_run()`], for a recipe of the caller's.
///
/// # Errors
/// As [`run`].
pub fn dry_run_with(
    recipe: &Recipe,
    job: &Job,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Forecast, RunError> {
    let recipe = &recipe.for_job(job);
    let plan = Plan::new(recipe, job)?;
    plan.warnings.iter().for_each(|warning| report(Event::Warning(warning)));
    dry_run::forecast(recipe, job, &plan, report)
}
