//! What all parts of a run work with.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use feature_cache::Cache;
use schema::boxed_views;

use super::error::RunError;
use super::existing::Existing;
use super::job::Job;
use super::outcome::Event;
use super::plan::Plan;
use network::Recipe;

/// A run in which everything that needs no image was checked: what it computes, of which images, when
/// it stops, and whom it tells.
pub(super) struct Run<'a> {
    pub(super) recipe: Recipe,
    pub(super) job: &'a Job,
    pub(super) plan: Plan,
    stop: &'a AtomicBool,
    report: &'a dyn Fn(Event<'_>),
}

impl<'a> Run<'a> {
    /// Makes the plan for `job`, and opens the cache that is there. Nothing is written.
    pub(super) fn prepare(
        recipe: &Recipe,
        job: &'a Job,
        stop: &'a AtomicBool,
        report: &'a dyn Fn(Event<'_>),
    ) -> Result<(Self, Existing), RunError> {
        let mut recipe = recipe.clone();
        if job.crop_box {
            recipe.provenance.views = boxed_views(&recipe.provenance.views);
        }
        let plan = Plan::new(job)?;
        let existing = Existing::open(job, &recipe.provenance)?;
        if let Some(last) = existing.cache() {
            recipe.provenance.engine = joined_engines(&recipe, last);
        }
        let run = Self { recipe, job, plan, stop, report };
        run.report(Event::Overview(&run.plan.overview));
        Ok((run, existing))
    }

    pub(super) fn report(&self, event: Event<'_>) {
        (self.report)(event);
    }

    /// Whether the run was told to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// `report` for all parts of a run, of which none calls it while another does.
pub(super) fn shared(report: &mut dyn FnMut(Event<'_>)) -> impl Fn(Event<'_>) {
    let report = RefCell::new(report);
    move |event| (report.borrow_mut())(event)
}

/// All engines that rows of the new cache come from: those of the `last` one, if its rows may be used
/// at all, differ in the engine only.
fn joined_engines(recipe: &Recipe, last: &Cache) -> String {
    const AND: &str = " + ";
    let mut engines: Vec<&str> = last.provenance().engine.split(AND).collect();
    engines.push(&recipe.provenance.engine);
    engines.sort_unstable();
    engines.dedup();
    engines.join(AND)
}
