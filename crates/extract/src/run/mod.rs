//! `extract run`: a data set of images in, a feature cache out, whatever happens in between.
//!
//! A [`Network`] gives a [`Recipe`], all that decides what the features of an image are, and an
//! [`Engine`] that computes them. A [`Job`] becomes a plan: the list of images, with everything checked
//! that needs no image. Carried out, a plan reads each image whose features are not known by its size and
//! time, computes those whose content is not known either, and joins the rows of all into one file.

mod annotations;
mod context;
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
mod not_finite;
mod outcome;
mod pipeline;
mod plan;
mod row;
mod shard;
mod table;
mod unfinished;
mod walk;
mod workers;

use std::cell::LazyCell;
use std::sync::atomic::AtomicBool;

use engine::Engine;

use self::context::{Run, shared};
use network::{Network, Recipe};

pub use dataset::Source;

pub use self::counts::Counts;
pub use self::dry_run::Forecast;
pub use self::error::RunError;
pub use self::existing::ExistingError;
pub use self::failure::Failure;
pub use self::job::Job;
pub use self::not_finite::{NotFinite, NotFiniteCause};
pub use self::outcome::{Event, Outcome, Spent};

/// Extracts the features that `network` gives of every image of `job`, in the order of the manifest.
///
/// What was computed before is not computed again: neither rows of the cache that is there, nor
/// those of a run that was interrupted. An image that cannot be read is no error: it goes into the
/// cache's error table, and into the outcome.
///
/// # Errors
/// See [`RunError`]. When `stop` becomes true, [`RunError::Interrupted`]; the same call goes on from
/// there.
pub fn run(
    network: &Network,
    job: &Job,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, RunError> {
    let engine =
        |index| -> Box<dyn Engine + '_> { Box::new(LazyCell::new(move || network.load(index))) };
    let engines = (0..network.n_engines()).map(engine).collect();
    run_with(&network.recipe(), engines, job, stop, report)
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
    let report = shared(report);
    let (run, existing) = Run::prepare(recipe, job, stop, &report)?;
    extraction::extract(&run, existing, engines)
}

/// What [`run_with`] would do, as far as it can be told without an engine. Images that are new or
/// changed are read, not decoded; nothing is written.
///
/// # Errors
/// As [`run`].
pub fn dry_run(
    recipe: &Recipe,
    job: &Job,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Forecast, RunError> {
    let (never, report) = (AtomicBool::new(false), shared(report));
    let (run, existing) = Run::prepare(recipe, job, &never, &report)?;
    dry_run::forecast(&run, existing.cache())
}
