//! Heads compared on folds, and the best of each kind fitted again.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use atomic_file::Existing;
use feature_cache::{Cache, Checksums};
use head::{CombineViews, HeadSpec, Settings, Steps, Training};
use learn::Rows;
use schema::Provenance;
use schema::encoded_path::shown;
use serde::{Deserialize, Serialize};

use super::event::{Event, Work};
use super::planned::{distinct, planned};
use crate::groups::group_rows;
use crate::row_choice::{ChosenRows, RowChoice};
use crate::sweep::{
    DivisionRequest, Entry, FitCounts, FitLog, GroupRows, Scoring, Selection, Sweep, SweepError,
    SweepPlan, Winner, check_folder, leaderboard, open_folder, refit_winners, samples_digest,
};
use crate::tap_features::{TapError, TapFeatures};

/// What to sweep: every tap, transform and candidate with every other. Those that are named twice are
/// swept once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepRequest {
    /// The feature cache.
    pub cache: PathBuf,
    /// The taps; all of the cache when empty.
    #[serde(default)]
    pub taps: Vec<String>,
    /// The transforms; rows of unit length (`l2`) when absent.
    #[serde(default = "unit_rows")]
    pub transforms: Vec<Steps>,
    /// The heads, at least one.
    pub candidates: Vec<HeadSpec>,
    /// What decides a fit besides these.
    #[serde(default)]
    pub settings: Settings,
    /// How rows are divided to score candidates.
    #[serde(default)]
    pub division: DivisionRequest,
    /// Which classes and rows take part.
    #[serde(default)]
    pub rows: RowChoice,
    /// How the candidates that are refitted are chosen.
    #[serde(default)]
    pub selection: Selection,
    /// Whether the refitted heads get a calibration, those that take one.
    #[serde(default)]
    pub calibrate: bool,
    /// The folder that keeps the fits, so that a sweep that was stopped goes on, and a larger one makes
    /// only what is missing; they are kept in memory when absent.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// Whether to forget what is in the folder.
    #[serde(default)]
    pub replace: bool,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// How a sweep ended.
#[derive(Debug)]
pub enum SweepOutcome {
    /// Everything is done.
    Finished(Box<Swept>),
    /// The flag was raised: so many fits are known, and so many still missing. Those that are known lie
    /// in the folder of the sweep, where it has one.
    Stopped(FitCounts),
}

/// A sweep that is done, with what its folder holds besides the report.
#[derive(Debug)]
pub struct Swept {
    /// What came out.
    pub report: SweepReport,
    /// The rows and their divisions.
    pub plan: SweepPlan,
    /// Paths of all samples of the cache, as they are on disk.
    pub paths: Vec<String>,
    /// The fits that were known at the beginning, and those that were missing.
    pub counts: FitCounts,
    /// The fits. As long as this is held, no other sweep writes to the folder.
    pub log: FitLog,
}

/// What came out of a sweep, and all that decided it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepReport {
    /// Class names.
    pub classes: Vec<String>,
    /// What made the features, with the taps that were swept.
    pub provenance: Provenance,
    /// Digest of the samples, their labels and splits.
    pub samples: String,
    /// The rows that winners are trained on.
    pub training: Training,
    /// Settings; their seed is the first of `seeds`.
    pub settings: Settings,
    /// Transforms.
    pub transforms: Vec<Steps>,
    /// How candidates are scored.
    pub scoring: Scoring,
    /// Seed of each division.
    pub seeds: Vec<u64>,
    /// What groups rows, besides the content of their images.
    pub group_by: Option<String>,
    /// What was left out.
    pub rows: ChosenRows,
    /// How the candidates that are refitted are chosen.
    pub selection: Selection,
    /// All candidates, best first.
    pub leaderboard: Vec<Entry>,
    /// The chosen candidate of each head and loss, refitted.
    pub winners: Vec<Winner>,
}

impl SweepRequest {
    /// The sweep of `candidates` on all taps of `cache`, with the defaults for everything else.
    pub fn new(cache: impl Into<PathBuf>, candidates: Vec<HeadSpec>) -> Self {
        Self {
            cache: cache.into(),
            taps: Vec::new(),
            transforms: unit_rows(),
            candidates,
            settings: Settings::default(),
            division: DivisionRequest::default(),
            rows: RowChoice::default(),
            selection: Selection::default(),
            calibrate: false,
            folder: None,
            replace: false,
            checksums: Checksums::default(),
        }
    }
}

impl SweepReport {
    /// The candidates some fit of which did not meet its tolerance, each once.
    pub fn unconverged(&self) -> Vec<HeadSpec> {
        let scored = self.leaderboard.iter();
        let scored = scored.map(|entry| (&entry.configuration.spec, entry.converged));
        let refitted = self.winners.iter().map(|winner| {
            let description = &winner.head.description;
            (&description.spec, description.report.converged)
        });
        unconverged(scored.chain(refitted))
    }
}

/// Scores every candidate on folds, ranks them, and refits the best of each kind. Ends early, before the
/// first fit or after any, when `stop` is raised.
///
/// # Errors
/// [`SweepError`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use std::sync::atomic::AtomicBool;
///
/// use head::HeadSpec;
/// use train::{Event, SweepOutcome, SweepRequest, sweep};
///
/// let softmax = |c| HeadSpec::Softmax { c };
/// let request = SweepRequest::new(birds, vec![softmax(0.1), softmax(1.0)]);
/// let mut n_done = 0;
/// let mut on_event = |event| n_done += usize::from(matches!(event, Event::Advanced(_)));
/// let SweepOutcome::Finished(swept) = sweep(&request, &AtomicBool::new(false), &mut on_event)? else {
///     unreachable!("nothing raises the flag");
/// };
/// assert_eq!(swept.report.leaderboard.len(), 2);
/// assert_eq!(n_done, 2 * 5 + 1); // both on five folds, and the better one again on all rows
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sweep(
    request: &SweepRequest,
    stop: &AtomicBool,
    on_event: &mut dyn FnMut(Event),
) -> Result<SweepOutcome, SweepError> {
    let SweepRequest { settings, division, selection, calibrate, .. } = request;
    let existing = if request.replace { Existing::Replace } else { Existing::Refuse };
    if let Some(folder) = &request.folder {
        check_folder(folder, existing)?;
    }
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let taps = taps(&cache, &request.taps, settings.views)?;
    let candidates = distinct(request.candidates.iter().cloned());
    let transforms = distinct(request.transforms.iter().cloned());
    let (plan, rows) =
        planned(&cache, &candidates, settings, (division, &request.rows), *calibrate)?;
    let sweep = Sweep {
        cache: &cache,
        checksums: request.checksums,
        plan: &plan,
        taps: &taps,
        transforms: &transforms,
        candidates: &candidates,
        settings,
    };
    sweep.check_number()?;
    let samples = samples_digest(&cache)?;
    let mut log = match &request.folder {
        Some(folder) => open_folder(folder, &samples, &candidates, existing)?,
        None => FitLog::default(),
    };
    let counts = sweep.count(&log)?;
    if let ControlFlow::Break(n_made) = make_fits(sweep, &mut log, counts, stop, on_event)? {
        let (known, missing) = (counts.known + n_made, counts.missing - n_made);
        return Ok(SweepOutcome::Stopped(FitCounts { known, missing }));
    }

    let leaderboard = leaderboard(&sweep.scores(&log)?, plan.n_folds(), *selection);
    let training = Training {
        cache: cache.path().display().to_string(),
        parts: plan.parts.clone(),
        hold_out: division.hold_out,
        n_samples: plan.refit.len(),
    };
    on_event(Event::Started(Work::Refits, leaderboard.iter().filter(|e| e.refitted).count()));
    let groups = |rows: &Rows| group_rows(&cache, division.group_by.as_ref(), rows);
    let calibrated = calibrate.then_some(&groups as &GroupRows<'_>);
    let on_fit = &mut || on_event(Event::Advanced(1));
    let winners = refit_winners(sweep, &leaderboard, &training, calibrated, on_fit)?;
    let report = SweepReport {
        classes: plan.classes.clone(),
        provenance: Provenance { taps: taps.clone(), ..cache.provenance().clone() },
        samples,
        training,
        settings: recorded(settings, &candidates),
        transforms,
        scoring: Scoring::of(&plan),
        seeds: plan.divisions.iter().map(|(seed, _)| *seed).collect(),
        group_by: division.group_by.as_ref().map(ToString::to_string),
        rows,
        selection: *selection,
        leaderboard,
        winners,
    };
    let paths = cache.paths()?.iter().map(|path| shown(path).into_owned()).collect();
    Ok(SweepOutcome::Finished(Box::new(Swept { report, plan, paths, counts, log })))
}

/// Makes the fits that are missing. Breaks with the number of those made when `stop` was raised before
/// the last of them.
pub(super) fn make_fits(
    sweep: Sweep<'_>,
    log: &mut FitLog,
    counts: FitCounts,
    stop: &AtomicBool,
    on_event: &mut dyn FnMut(Event),
) -> Result<ControlFlow<usize>, SweepError> {
    on_event(Event::Started(Work::Fits, counts.missing));
    if counts.missing > 0 && stop.load(Ordering::Relaxed) {
        return Ok(ControlFlow::Break(0));
    }
    let mut n_made = 0;
    let flow = sweep.run(log, &mut || {
        n_made += 1;
        on_event(Event::Advanced(1));
        if stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    let is_cut_short = flow.is_break() && n_made < counts.missing;
    Ok(if is_cut_short { ControlFlow::Break(n_made) } else { ControlFlow::Continue(()) })
}

/// The candidates that did not meet their tolerance, each once.
pub(super) fn unconverged<'a>(fits: impl Iterator<Item = (&'a HeadSpec, bool)>) -> Vec<HeadSpec> {
    distinct(fits.filter(|(_, converged)| !converged).map(|(spec, _)| spec.clone()))
}

/// The taps asked for, each once, or all of the cache.
fn taps(
    cache: &Cache,
    asked: &[String],
    views: Option<CombineViews>,
) -> Result<Vec<String>, TapError> {
    let all = || cache.taps().iter().map(|tap| tap.name.clone()).collect();
    for name in asked {
        TapFeatures::open(cache, Some(name), views)?;
    }
    Ok(if asked.is_empty() { all() } else { distinct(asked.iter().cloned()) })
}

/// The settings without those that no candidate has.
fn recorded(settings: &Settings, candidates: &[HeadSpec]) -> Settings {
    let of: Vec<_> = candidates.iter().map(|candidate| settings.of(candidate)).collect();
    Settings {
        temperature: of.iter().find_map(|settings| settings.temperature),
        gamma: of.iter().find_map(|settings| settings.gamma),
        network: of.into_iter().find_map(|settings| settings.network),
        ..settings.clone()
    }
}

fn unit_rows() -> Vec<Steps> {
    vec![Steps::unit_rows()]
}
