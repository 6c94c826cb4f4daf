//! From examples to fitted heads: the one place that calls the solvers of `heads`.
//!
//! A new kind of head gets its name in [`family`](crate::family), and an arm in [`solve_folds`]
//! (heads over a grid of C and folds) and in [`fit`] (one head) here.

use std::ops::ControlFlow;

use heads::{
    ClassWeight, FeatureRows, FitError, Fitted, Folds, HingeLoss, PathLoss, PathOptions, PathPoint,
    PathProblem, Smo, Targets, solve_path,
};
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use crate::class_weights::{ClassWeights, ClassWeightsError};
use crate::family::{Family, SvmLoss};
use crate::sampling::Sampling;
use crate::transform::TransformError;

/// Relative duality gap of heads that are only compared with each other. At 1e-2 sweeps choose
/// another C now and then, and save a quarter of the time.
const COMPARED_TOL: f64 = 1e-3;

/// Relative duality gap of heads that are kept.
const KEPT_TOL: f64 = 1e-4;

/// Iteration limit, for each value of C.
const MAX_ITER: usize = 10_000;

/// One head to fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Kind of head and loss.
    #[serde(flatten)]
    pub family: Family,
    /// C, which multiplies the summed loss.
    pub c: f64,
}

/// Which algorithm fits a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// The one that suits the head
    Auto,
    /// Sequential minimal optimization by linfa-svm: hinge SVMs on little data
    Smo,
}

/// What decides a fit besides the candidate and its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Algorithm.
    pub solver: Algorithm,
    /// Stopping tolerance; 1e-3 for heads that are compared and 1e-4 for heads that are kept when
    /// absent.
    pub tol: Option<f64>,
    /// Iteration limit; 10,000 when absent.
    pub max_iter: Option<usize>,
    /// Weights of the classes.
    pub class_weight: ClassWeights,
    /// How training rows are sampled. Files from before there was a choice do not say.
    #[serde(default)]
    pub sampling: Sampling,
    /// Seed of all random choices.
    pub seed: u64,
}

/// A head that could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum SolverError {
    /// The transform cannot be learned.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// The class weights do not suit the classes.
    #[error(transparent)]
    ClassWeights(#[from] ClassWeightsError),
    /// SMO keeps a dense kernel matrix, and its time grows with the square of the rows.
    #[error(
        "solver `smo` takes at most {limit} training rows, got {got}\nhint: use `--solver auto`"
    )]
    TooManyForSmo {
        /// Most rows accepted.
        limit: usize,
        /// Rows there are.
        got: usize,
    },
    /// The solver refused.
    #[error("cannot fit {family}")]
    Fit {
        /// The family.
        family: Family,
        /// Why.
        source: FitError,
    },
}

/// Labelled rows that are ready for a solver.
#[derive(Clone, Copy)]
pub struct Problem<'a> {
    /// Transformed features.
    pub rows: &'a dyn FeatureRows,
    /// Class of each row, an index into the class names.
    pub labels: &'a [usize],
    /// Class names.
    pub classes: &'a [String],
}

/// Fits heads of `family` for every fold and every one of the ascending `cs`.
///
/// The points carry held-out scores, not heads. `on_point` gets them in the order of C, and ends the
/// path when it breaks.
///
/// # Errors
/// [`SolverError`].
pub fn solve_folds(
    family: Family,
    cs: &[f64],
    problem: Problem<'_>,
    folds: Folds<'_>,
    settings: &Settings,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), SolverError> {
    let options = PathOptions {
        cs: cs.to_vec(),
        tol: settings.tol.unwrap_or(COMPARED_TOL),
        keep_heads: false,
        ..options(settings, problem.classes)?
    };
    solve_path(&path_problem(problem, folds), path_loss(family), &options, on_point)
        .map_err(|source| SolverError::Fit { family, source })
}

/// Fits one head to all rows. Every class must have one.
///
/// # Errors
/// [`SolverError`].
pub fn fit(
    candidate: Candidate,
    problem: Problem<'_>,
    settings: &Settings,
) -> Result<Fitted, SolverError> {
    let Candidate { family, c } = candidate;
    let fitted = match (family, settings.solver) {
        (Family::Svm(SvmLoss::Hinge), Algorithm::Smo) => fit_smo(c, problem, settings),
        _ => fit_path(candidate, problem, options(settings, problem.classes)?),
    };
    fitted.map_err(|source| match source {
        FitError::TooManySamples { limit, got } => SolverError::TooManyForSmo { limit, got },
        source => SolverError::Fit { family, source },
    })
}

fn fit_path(
    Candidate { family, c }: Candidate,
    problem: Problem<'_>,
    options: PathOptions,
) -> Result<Fitted, FitError> {
    let held_out_by = vec![None; problem.labels.len()];
    let folds = Folds { n_folds: 1, held_out_by: &held_out_by };
    let options = PathOptions { cs: vec![c], ..options };
    let mut fitted = None;
    solve_path(&path_problem(problem, folds), path_loss(family), &options, &mut |mut point| {
        let head = point.heads.pop().expect("heads were asked for");
        fitted = Some(Fitted { head, report: point.reports[0] });
        ControlFlow::Continue(())
    })?;
    Ok(fitted.expect("a path has a point for each C"))
}

fn fit_smo(c: f64, problem: Problem<'_>, settings: &Settings) -> Result<Fitted, FitError> {
    let mut params = Smo::params().c(c);
    if let Some(tol) = settings.tol {
        params = params.tol(tol);
    }
    let mut buffer = Vec::new();
    let x = problem.rows.block(0..problem.rows.n_samples(), &mut buffer);
    let y: Array1<usize> = problem.labels.iter().copied().collect();
    params.fit(&DatasetBase::new(x, y))
}

fn options(settings: &Settings, classes: &[String]) -> Result<PathOptions, ClassWeightsError> {
    let class_weight: ClassWeight = settings.class_weight.for_classes(classes)?;
    Ok(PathOptions {
        cs: Vec::new(),
        tol: settings.tol.unwrap_or(KEPT_TOL),
        max_iter: settings.max_iter.unwrap_or(MAX_ITER),
        class_weight,
        seed: settings.seed,
        keep_heads: true,
    })
}

fn path_problem<'a>(problem: Problem<'a>, folds: Folds<'a>) -> PathProblem<'a> {
    let Problem { rows, labels, classes } = problem;
    PathProblem { rows, targets: Targets::Classes(labels), n_classes: classes.len(), folds }
}

fn path_loss(family: Family) -> PathLoss {
    match family {
        Family::Softmax => PathLoss::Softmax,
        Family::Svm(SvmLoss::Hinge) => PathLoss::Svm(HingeLoss::Hinge),
        Family::Svm(SvmLoss::SquaredHinge) => PathLoss::Svm(HingeLoss::SquaredHinge),
        Family::Ridge => PathLoss::Ridge,
    }
}
