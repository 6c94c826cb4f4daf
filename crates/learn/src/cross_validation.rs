//! Scores heads on folds.
//!
//! A transform that learns nothing leaves the rows the same in every fold, so that all folds, and all
//! numbers of a kind of head, are one problem for the solver. A transform that learns from the training
//! rows, or a sampling of them, makes each fold a problem of its own.

use std::ops::ControlFlow;
use std::time::Instant;

use head::{HeadSpec, Sampling, Settings, Steps, Transform};
use heads::{Folds, Targets};
use metrics::{Quality, Truth};
use ndarray::{ArrayView2, Axis, concatenate};
use serde::{Deserialize, Serialize};

use crate::examples::Examples;
use crate::folds::Division;
use crate::solver::{FoldPoint, Problem, SolverError, solve_folds};

/// What is cross-validated: the rows of one tap after one transform.
#[derive(Clone, Copy)]
pub struct Setup<'a, 'f> {
    /// The rows that are divided.
    pub examples: &'a Examples<'f>,
    /// Class names; labels are for them.
    pub classes: &'a [String],
    /// The transform.
    pub steps: &'a Steps,
    /// Divisions of the rows, each with its seed.
    pub divisions: &'a [(u64, Division)],
    /// Settings, but for the seed, which is that of each division.
    pub settings: &'a Settings,
}

/// One fit: a head trained on the rows that a fold does not hold out.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldFit {
    /// Seed of the division and of the solver.
    pub seed: u64,
    /// The head.
    pub spec: HeadSpec,
    /// The fold that is held out.
    pub fold: usize,
}

/// How a head did on the rows that its fold holds out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldScore {
    /// Number of rows held out.
    pub n_rows: usize,
    /// How well they are predicted.
    #[serde(flatten)]
    pub quality: Quality,
    /// Whether the solver met its tolerance.
    pub converged: bool,
    /// Wall time of the fit in seconds, an equal part for each fold that was fitted with it. The
    /// only value that differs between runs.
    pub fit_seconds: f64,
}

/// Takes the score of a fit; the cross-validation ends soon after this breaks.
type TakeScore<'a> = dyn FnMut(FoldFit, FoldScore) -> ControlFlow<()> + 'a;

/// Makes `fits`, and gives the score of each to `take` as soon as it is there, until that breaks.
///
/// Where folds are one problem, a head is fitted, and its score taken, for all folds, even if some were not
/// asked for.
///
/// # Errors
/// [`SolverError`].
///
/// # Examples
///
/// ```
/// use std::ops::ControlFlow;
///
/// use head::{HeadSpec, Settings, Steps};
/// use learn::{Divisible, Examples, FoldFit, Labels, Rows, Setup, cross_validate, stratified_k_fold};
/// use ndarray::array;
///
/// let features = array![[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.2, 0.8]];
/// let labels = [0, 0, 1, 1];
/// let rows = Rows { indices: vec![0, 1, 2, 3], labels: Labels::Classes(labels.to_vec()) };
/// let examples = Examples { features: features.view(), rows };
/// let classes = ["owl", "wren"].map(str::to_owned);
/// let divisible = Divisible { labels: &labels, groups: &[0, 1, 2, 3], classes: &classes };
/// let divisions = [(0, stratified_k_fold(divisible, 2, 0)?)];
/// let (steps, settings) = (Steps::unit_rows(), Settings::default());
/// let setup = Setup {
///     examples: &examples,
///     classes: &classes,
///     steps: &steps,
///     divisions: &divisions,
///     settings: &settings,
/// };
/// let fits = [0, 1].map(|fold| FoldFit { seed: 0, spec: HeadSpec::Ridge { c: 1.0 }, fold });
/// let mut scores = Vec::new();
/// let _ = cross_validate(setup, &fits, &mut |_, score| {
///     scores.push(score.quality.decisive());
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(scores, [1.0, 1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cross_validate(
    setup: Setup<'_, '_>,
    fits: &[FoldFit],
    take: &mut dyn FnMut(FoldFit, FoldScore) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, SolverError> {
    for (seed, division) in setup.divisions {
        let settings = Settings { seed: *seed, ..setup.settings.clone() };
        let setup = Setup { settings: &settings, ..setup };
        let fits: Vec<_> = fits.iter().filter(|fit| fit.seed == *seed).cloned().collect();
        let flow = if setup.steps.is_row_wise() && settings.sampling == Sampling::None {
            all_folds(setup, division, &fits, take)?
        } else {
            fold_by_fold(setup, division, &fits, take)?
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// All folds of a division as one problem.
fn all_folds(
    setup: Setup<'_, '_>,
    division: &Division,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    if fits.is_empty() {
        return Ok(ControlFlow::Continue(()));
    }
    let transform = setup.examples.learn(setup.steps)?;
    let rows = setup.examples.transformed(&transform);
    let targets = setup.examples.rows.labels.targets();
    let problem = Problem { rows: &rows, targets, classes: setup.classes };
    let folds: Vec<_> = (0..division.n_folds).map(|fold| (fold, division.held_out(fold))).collect();
    solve_paths(setup, problem, division.folds(), &folds, fits, take)
}

/// Each fold of a division as a problem of its own.
fn fold_by_fold(
    setup: Setup<'_, '_>,
    division: &Division,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    for fold in 0..division.n_folds {
        let fits: Vec<_> = fits.iter().filter(|fit| fit.fold == fold).cloned().collect();
        if fits.is_empty() {
            continue;
        }
        let transform = setup.examples.at(&division.train(fold)).learn(setup.steps)?;
        let flow = if setup.settings.sampling == Sampling::None {
            one_fold(setup, division, fold, &transform, &fits, take)?
        } else {
            sampled_fold(setup, division, fold, &transform, &fits, take)?
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// One fold on the rows that are divided.
fn one_fold(
    setup: Setup<'_, '_>,
    division: &Division,
    fold: usize,
    transform: &Transform,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    let rows = setup.examples.transformed(transform);
    let targets = setup.examples.rows.labels.targets();
    let problem = Problem { rows: &rows, targets, classes: setup.classes };
    let is_held_out = |&by: &Option<usize>| (by == Some(fold)).then_some(0);
    let held_out_by: Vec<_> = division.held_out_by.iter().map(is_held_out).collect();
    let folds = Folds { n_folds: 1, held_out_by: &held_out_by };
    solve_paths(setup, problem, folds, &[(fold, division.held_out(fold))], fits, take)
}

/// One fold on sampled training rows, which the held-out rows follow as they are.
fn sampled_fold(
    setup: Setup<'_, '_>,
    division: &Division,
    fold: usize,
    transform: &Transform,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    let Setup { examples, classes, settings, .. } = setup;
    let train = examples.at(&division.train(fold));
    let (train, mut labels) =
        train.sampled(transform, settings.sampling, classes.len(), settings.seed);
    let n_train = labels.len();
    let held_out = examples.at(&division.held_out(fold));
    labels.extend_from_slice(held_out.rows.labels.classes());
    let rows = concatenate![Axis(0), train, held_out.transformed(transform).into_kept()];
    let problem = Problem { rows: &rows.view(), targets: Targets::Classes(&labels), classes };
    let is_held_out = |row: usize| (row >= n_train).then_some(0);
    let held_out_by: Vec<_> = (0..labels.len()).map(is_held_out).collect();
    let folds = Folds { n_folds: 1, held_out_by: &held_out_by };
    let held_out = (n_train..labels.len()).collect();
    solve_paths(setup, problem, folds, &[(fold, held_out)], fits, take)
}

/// A path for each kind of head of `fits`. `of_problem` says, for each fold of the problem, its number
/// in the division and the rows of the problem that it holds out.
fn solve_paths(
    setup: Setup<'_, '_>,
    problem: Problem<'_>,
    folds: Folds<'_>,
    of_problem: &[(usize, Vec<usize>)],
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    for specs in kinds(fits) {
        let mut flow = ControlFlow::Continue(());
        let mut started = Instant::now();
        let mut on_point = |spec: &HeadSpec, point: FoldPoint| {
            let fit_seconds = started.elapsed().as_secs_f64() / of_problem.len() as f64;
            for ((fold, held_out), report) in of_problem.iter().zip(&point.reports) {
                let fit = FoldFit { seed: setup.settings.seed, spec: spec.clone(), fold: *fold };
                let converged = report.converged;
                let quality =
                    held_out_quality(point.held_out_scores.view(), held_out, problem.targets);
                let n_rows = held_out.len();
                let score = FoldScore { n_rows, quality, converged, fit_seconds };
                // What was fitted is kept, whether it is time to stop or not.
                if take(fit, score).is_break() {
                    flow = ControlFlow::Break(());
                }
            }
            started = Instant::now();
            flow
        };
        solve_folds(&specs, problem, folds, setup.settings, &mut on_point)?;
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The heads of `fits`, each once: those that differ in their numbers alone together, what fits least
/// closely first.
fn kinds(fits: &[FoldFit]) -> Vec<Vec<HeadSpec>> {
    let mut kinds: Vec<Vec<HeadSpec>> = Vec::new();
    for FoldFit { spec, .. } in fits {
        match kinds.iter_mut().find(|kind| kind[0].is_same_kind(spec)) {
            Some(kind) if kind.contains(spec) => {}
            Some(kind) => kind.push(spec.clone()),
            None => kinds.push(vec![spec.clone()]),
        }
    }
    for kind in &mut kinds {
        kind.sort_by(HeadSpec::simplest_first);
    }
    kinds
}

/// How good `scores` `[n_samples, n_classes]` are on the rows `held_out`.
fn held_out_quality(
    scores: ArrayView2<'_, f32>,
    held_out: &[usize],
    targets: Targets<'_>,
) -> Quality {
    let scores = scores.select(Axis(0), held_out);
    match targets {
        Targets::Classes(labels) => {
            let labels: Vec<usize> = held_out.iter().map(|&row| labels[row]).collect();
            Quality::of(scores.view(), Truth::Classes(&labels))
        }
        Targets::MultiLabel(labels) => {
            let labels = labels.select(Axis(0), held_out);
            Quality::of(scores.view(), Truth::MultiLabel(labels.view()))
        }
    }
}

#[cfg(test)]
mod tests;
