//! The solver of each kind of head.

use std::ops::ControlFlow;

use head::{Algorithm, ClassWeightsError, FitRecord, HeadSpec, HingeLoss, Number, Settings};
use heads::{
    FeatureRows, FitError, FitReport, Folds, Head, PathLoss, PathOptions, PathProblem, Targets,
};
use ndarray::Array2;

use super::{SolverError, gaussian, neighbors, network, one_vs_one, path};
use crate::labels::reborrow;

/// Relative duality gap of heads that are only compared with each other. At 1e-2 sweeps choose
/// another C now and then, and save a quarter of the time.
const COMPARED_TOL: f64 = 1e-3;

/// Relative duality gap of heads that are kept.
const KEPT_TOL: f64 = 1e-4;

/// Iteration limit, for each value of C.
const MAX_ITER: usize = 10_000;

/// Labelled rows that are ready for a solver.
#[derive(Clone, Copy)]
pub(crate) struct Problem<'a> {
    /// Transformed features.
    pub(crate) rows: &'a dyn FeatureRows,
    /// Labels of the rows, for the classes.
    pub(crate) targets: Targets<'a>,
    /// Class names.
    pub(crate) classes: &'a [String],
}

/// One head: how the fits of all folds went, and what they say of the rows that
/// they did not see.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FoldPoint {
    /// The fit of each fold, `[n_folds]`.
    pub(crate) reports: Vec<FitReport>,
    /// Scores of each row by the head of the fold that holds it out, `[n_samples, n_classes]`;
    /// zeros for rows that no fold holds out.
    pub(crate) held_out_scores: Array2<f32>,
}

/// A fitted head, and how that went.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeadFit {
    /// The head.
    pub(crate) head: Head,
    /// How the fit went.
    pub(crate) record: FitRecord,
}

impl HeadFit {
    pub(super) fn new(head: impl Into<Head>, report: FitReport) -> Self {
        Self { head: head.into(), record: FitRecord { report, curve: None } }
    }
}

/// Takes a point; what gives them ends when it breaks.
pub(super) type OnPoint<'a> = dyn FnMut(FoldPoint) -> ControlFlow<()> + 'a;

/// Fits every one of `specs`, heads of one kind, what fits least closely first, for every fold.
///
/// The points carry held-out scores, not heads. `on_point` gets them in the order of `specs`, and ends
/// the fits when it breaks.
///
/// # Errors
/// [`SolverError`].
///
/// # Panics
/// If there is no head.
pub(crate) fn solve_folds(
    specs: &[HeadSpec],
    problem: Problem<'_>,
    folds: Folds<'_>,
    settings: &Settings,
    on_point: &mut dyn FnMut(&HeadSpec, FoldPoint) -> ControlFlow<()>,
) -> Result<(), SolverError> {
    let mut options = path_options(settings, COMPARED_TOL, problem.classes)?;
    let problem = path_problem(&problem, folds);
    let (mut numbers, mut counts) = (Vec::new(), Vec::new());
    for spec in specs {
        match spec.number() {
            Number::C(number) | Number::LearningRate(number) => numbers.push(number),
            Number::Neighbors(count) => counts.push(count),
        }
    }
    options.cs = numbers.clone();
    let mut left = specs.iter();
    let on_point = &mut |point| on_point(left.next().expect("a head gives one point"), point);
    let solved = match &specs[0] {
        HeadSpec::Softmax { .. } => {
            path::solve_folds(&problem, PathLoss::Softmax, &options, on_point)
        }
        HeadSpec::Svm { loss, .. } => {
            path::solve_folds(&problem, PathLoss::Svm(*loss), &options, on_point)
        }
        HeadSpec::Ridge { .. } => path::solve_folds(&problem, PathLoss::Ridge, &options, on_point),
        HeadSpec::OneVsOne { .. } => one_vs_one::solve_folds(&problem, &options, on_point),
        HeadSpec::Gaussian { .. } => gaussian::solve_folds(&problem, &numbers, settings, on_point),
        HeadSpec::Knn { .. } => neighbors::solve_folds(&problem, &counts, settings, on_point),
        HeadSpec::Mlp { layers, .. } => {
            let class_weight = &options.class_weight;
            network::solve_folds(&problem, layers, &numbers, class_weight, settings, on_point)
        }
    };
    solved.map_err(|source| SolverError::of(&specs[0], source))
}

/// Fits one head to all rows. Every class must have one.
///
/// # Errors
/// [`SolverError`].
pub(crate) fn fit(
    spec: &HeadSpec,
    problem: Problem<'_>,
    settings: &Settings,
) -> Result<HeadFit, SolverError> {
    let options = path_options(settings, KEPT_TOL, problem.classes)?;
    let options = |c| PathOptions { cs: vec![c], keep_heads: true, ..options.clone() };
    let held_out_by = vec![None; problem.rows.n_samples()];
    let problem = path_problem(&problem, Folds { n_folds: 1, held_out_by: &held_out_by });
    let fitted = match *spec {
        HeadSpec::Svm { loss: HingeLoss::Hinge, c } if settings.solver == Algorithm::Smo => {
            path::fit_smo(&problem, c, settings)
        }
        HeadSpec::Softmax { c } => path::fit(&problem, PathLoss::Softmax, &options(c)),
        HeadSpec::Svm { loss, c } => path::fit(&problem, PathLoss::Svm(loss), &options(c)),
        HeadSpec::Ridge { c } => path::fit(&problem, PathLoss::Ridge, &options(c)),
        HeadSpec::OneVsOne { c } => one_vs_one::fit(&problem, &options(c)),
        HeadSpec::Gaussian { c } => gaussian::fit(&problem, c, settings),
        HeadSpec::Knn { n_neighbors } => neighbors::fit(&problem, n_neighbors, settings),
        HeadSpec::Mlp { ref layers, learning_rate } => {
            let class_weight = &options(1.0).class_weight;
            network::fit(&problem, layers, learning_rate, class_weight, settings)
        }
    };
    fitted.map_err(|source| SolverError::of(spec, source))
}

/// The class of each row, where rows have one each.
///
/// # Errors
/// [`FitError::OneLabel`].
pub(super) fn labels<'a>(problem: &PathProblem<'a>) -> Result<&'a [usize], FitError> {
    match problem.targets {
        Targets::Classes(labels) => Ok(labels),
        Targets::MultiLabel(_) => Err(FitError::OneLabel),
    }
}

/// What paths are solved with, but for their values of C; `tol` where the settings have none.
fn path_options(
    settings: &Settings,
    tol: f64,
    classes: &[String],
) -> Result<PathOptions, ClassWeightsError> {
    Ok(PathOptions {
        cs: Vec::new(),
        tol: settings.tol.unwrap_or(tol),
        max_iter: settings.max_iter.unwrap_or(MAX_ITER),
        class_weight: settings.class_weight.for_classes(classes)?,
        seed: settings.seed,
        keep_heads: false,
    })
}

fn path_problem<'a>(problem: &'a Problem<'_>, folds: Folds<'a>) -> PathProblem<'a> {
    let Problem { rows, targets, classes } = problem;
    PathProblem { rows: *rows, targets: reborrow(targets), n_classes: classes.len(), folds }
}
