//! The solver of each family.

use std::ops::ControlFlow;

use head::{
    Algorithm, Candidate, ClassWeightsError, Family, FitRecord, Parameter, Settings, SvmLoss,
};
use heads::{FeatureRows, FitError, FitReport, Folds, Head, PathOptions, PathProblem, Targets};
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
pub struct Problem<'a> {
    /// Transformed features.
    pub rows: &'a dyn FeatureRows,
    /// Labels of the rows, for the classes.
    pub targets: Targets<'a>,
    /// Class names.
    pub classes: &'a [String],
}

/// One value of the parameter: how the fits of all folds went, and what they say of the rows that
/// they did not see.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldPoint {
    /// The parameter.
    pub parameter: Parameter,
    /// The fit of each fold, `[n_folds]`.
    pub reports: Vec<FitReport>,
    /// Scores of each row by the head of the fold that holds it out, `[n_samples, n_classes]`;
    /// zeros for rows that no fold holds out.
    pub held_out_scores: Array2<f32>,
}

/// A fitted head, and how that went.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadFit {
    /// The head.
    pub head: Head,
    /// How the fit went.
    pub record: FitRecord,
}

impl HeadFit {
    pub(super) fn new(head: impl Into<Head>, report: FitReport) -> Self {
        Self { head: head.into(), record: FitRecord { report, curve: None } }
    }
}

/// Takes a point; what gives them ends when it breaks.
pub(super) type OnPoint<'a> = dyn FnMut(FoldPoint) -> ControlFlow<()> + 'a;

/// Fits heads of `family` for every fold and every one of the `parameters`, which are of its kind and
/// ascend.
///
/// The points carry held-out scores, not heads. `on_point` gets them in the order of the parameters,
/// and ends the fits when it breaks.
///
/// # Errors
/// [`SolverError`].
pub fn solve_folds(
    family: &Family,
    parameters: &[Parameter],
    problem: Problem<'_>,
    folds: Folds<'_>,
    settings: &Settings,
    on_point: &mut OnPoint<'_>,
) -> Result<(), SolverError> {
    let options = path_options(settings, COMPARED_TOL, problem.classes)?;
    let problem = path_problem(&problem, folds);
    let solved = match family {
        Family::Softmax | Family::Svm(_) | Family::Ridge => {
            path::solve_folds(&problem, path::loss(family), &with_cs(options, parameters), on_point)
        }
        Family::OneVsOne => {
            one_vs_one::solve_folds(&problem, &with_cs(options, parameters), on_point)
        }
        Family::Gaussian => gaussian::solve_folds(&problem, parameters, settings, on_point),
        Family::Knn => neighbors::solve_folds(&problem, parameters, settings, on_point),
        Family::Mlp(layers) => {
            let class_weight = &options.class_weight;
            network::solve_folds(&problem, layers, parameters, class_weight, settings, on_point)
        }
    };
    solved.map_err(|source| SolverError::of(family, source))
}

/// Fits one head to all rows. Every class must have one.
///
/// # Errors
/// [`SolverError`].
pub fn fit(
    &Candidate { ref family, parameter }: &Candidate,
    problem: Problem<'_>,
    settings: &Settings,
) -> Result<HeadFit, SolverError> {
    let options = path_options(settings, KEPT_TOL, problem.classes)?;
    let options = PathOptions { keep_heads: true, ..options };
    let held_out_by = vec![None; problem.rows.n_samples()];
    let problem = path_problem(&problem, Folds { n_folds: 1, held_out_by: &held_out_by });
    let fitted = match (family, settings.solver) {
        (Family::Svm(SvmLoss::Hinge), Algorithm::Smo) => {
            path::fit_smo(&problem, parameter, settings)
        }
        (Family::Softmax | Family::Svm(_) | Family::Ridge, _) => {
            path::fit(&problem, path::loss(family), &with_cs(options, &[parameter]))
        }
        (Family::OneVsOne, _) => one_vs_one::fit(&problem, &with_cs(options, &[parameter])),
        (Family::Gaussian, _) => gaussian::fit(&problem, parameter, settings),
        (Family::Knn, _) => neighbors::fit(&problem, parameter, settings),
        (Family::Mlp(layers), _) => {
            network::fit(&problem, layers, parameter, &options.class_weight, settings)
        }
    };
    fitted.map_err(|source| SolverError::of(family, source))
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

/// The value of a parameter C.
///
/// # Panics
/// If the parameter is another: families are given their own kind.
pub(super) fn c_of(parameter: Parameter) -> f64 {
    match parameter {
        Parameter::C(c) => c,
        other => unreachable!("a head with C is given {other}"),
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

fn with_cs(options: PathOptions, parameters: &[Parameter]) -> PathOptions {
    PathOptions { cs: parameters.iter().copied().map(c_of).collect(), ..options }
}

fn path_problem<'a>(problem: &'a Problem<'_>, folds: Folds<'a>) -> PathProblem<'a> {
    let Problem { rows, targets, classes } = problem;
    PathProblem { rows: *rows, targets: reborrow(targets), n_classes: classes.len(), folds }
}
