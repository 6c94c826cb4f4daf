//! From prepared examples to a fitted head: the one place that calls the solvers of `heads`.

use heads::{ClassWeight, FitError, Fitted, HingeLoss, LinearSvm, Smo, Softmax};
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::class_weights::{ClassWeights, ClassWeightsError};
use crate::examples::Prepared;
use crate::family::{Family, SvmLoss};

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

/// What the solvers are told besides the candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Algorithm.
    pub solver: Algorithm,
    /// Stopping tolerance; the solver's own when absent.
    pub tol: Option<f64>,
    /// Iteration limit; the solver's own when absent.
    pub max_iter: Option<usize>,
    /// Weights of the classes.
    pub class_weight: ClassWeights,
    /// Seed of the solver's random choices.
    pub seed: u64,
}

/// A head that could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum SolverError {
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
    #[error("cannot fit {family} with C = {c}")]
    Fit {
        /// The family.
        family: Family,
        /// Its C.
        c: f64,
        /// Why.
        source: FitError,
    },
}

/// Fits one head. Labels index `classes`, every one of which must have a row.
///
/// # Errors
/// [`SolverError`].
pub fn fit(
    candidate: Candidate,
    settings: &Settings,
    classes: &[String],
    examples: &Prepared,
) -> Result<Fitted, SolverError> {
    let Candidate { family, c } = candidate;
    let class_weight = settings.class_weight.for_classes(classes)?;
    let dataset = DatasetBase::new(examples.x.view(), examples.y.clone());
    let fitted = match (family, settings.solver) {
        (Family::Svm(SvmLoss::Hinge), Algorithm::Smo) => fit_smo(c, settings, &dataset),
        (Family::Softmax, _) => fit_softmax(c, settings, class_weight, &dataset),
        (Family::Svm(loss), _) => fit_svm(loss, c, settings, class_weight, &dataset),
    };
    fitted.map_err(|source| match source {
        FitError::TooManySamples { limit, got } => SolverError::TooManyForSmo { limit, got },
        source => SolverError::Fit { family, c, source },
    })
}

type Dataset<'a> = DatasetBase<ArrayView2<'a, f32>, Array1<usize>>;

fn fit_smo(c: f64, settings: &Settings, dataset: &Dataset<'_>) -> Result<Fitted, FitError> {
    let mut params = Smo::params().c(c);
    if let Some(tol) = settings.tol {
        params = params.tol(tol);
    }
    params.fit(dataset)
}

fn fit_softmax(
    c: f64,
    settings: &Settings,
    class_weight: ClassWeight,
    dataset: &Dataset<'_>,
) -> Result<Fitted, FitError> {
    let mut params = Softmax::params().c(c).class_weight(class_weight);
    if let Some(tol) = settings.tol {
        params = params.tol(tol);
    }
    if let Some(max_iter) = settings.max_iter {
        params = params.max_iter(max_iter);
    }
    params.fit(dataset)
}

fn fit_svm(
    loss: SvmLoss,
    c: f64,
    settings: &Settings,
    class_weight: ClassWeight,
    dataset: &Dataset<'_>,
) -> Result<Fitted, FitError> {
    let loss = match loss {
        SvmLoss::Hinge => HingeLoss::Hinge,
        SvmLoss::SquaredHinge => HingeLoss::SquaredHinge,
    };
    let mut params =
        LinearSvm::params().loss(loss).c(c).class_weight(class_weight).seed(settings.seed);
    if let Some(tol) = settings.tol {
        params = params.tol(tol);
    }
    if let Some(max_iter) = settings.max_iter {
        params = params.max_iter(max_iter);
    }
    params.fit(dataset)
}
