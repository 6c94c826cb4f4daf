//! The heads, behind one function for tests that hold for all of them.

use heads::{
    ClassWeight, FitError, Fitted, HingeLoss, LinearSvm, Params, Ridge, Smo, SmoParams, Softmax,
};
use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    Softmax,
    Hinge,
    SquaredHinge,
    Smo,
    Ridge,
}

pub(crate) const HEADS: [Head; 5] =
    [Head::Softmax, Head::Hinge, Head::SquaredHinge, Head::Smo, Head::Ridge];

/// The heads with class weights and a limit of iterations.
pub(crate) const OWN_HEADS: [Head; 3] = [Head::Softmax, Head::Hinge, Head::SquaredHinge];

/// The heads with class weights.
pub(crate) const WEIGHTED_HEADS: [Head; 4] =
    [Head::Softmax, Head::Hinge, Head::SquaredHinge, Head::Ridge];

/// What the tests change; the rest is the default.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) c: f64,
    pub(crate) tol: Option<f64>,
    pub(crate) max_iter: Option<usize>,
    pub(crate) class_weight: ClassWeight,
}

impl Options {
    /// The defaults of every head.
    pub(crate) fn c(c: f64) -> Self {
        Self { c, tol: None, max_iter: None, class_weight: ClassWeight::Uniform }
    }

    /// So close to the optimum that solutions can be compared.
    pub(crate) fn precise(c: f64) -> Self {
        Self { tol: Some(1e-9), max_iter: Some(1_000_000), ..Self::c(c) }
    }
}

impl Head {
    pub(crate) fn fit<D: Data<Elem = f32>>(
        self,
        options: &Options,
        training: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted, FitError> {
        match self {
            Self::Softmax => softmax(options).fit(training),
            Self::Hinge => svm(options).loss(HingeLoss::Hinge).fit(training),
            Self::SquaredHinge => svm(options).loss(HingeLoss::SquaredHinge).fit(training),
            Self::Smo => smo(options).fit(training),
            Self::Ridge => ridge(options).fit(training),
        }
    }
}

fn softmax(options: &Options) -> Params<Softmax> {
    let params = Softmax::params().c(options.c).class_weight(options.class_weight.clone());
    let params = options.tol.into_iter().fold(params, Params::<Softmax>::tol);
    options.max_iter.into_iter().fold(params, Params::<Softmax>::max_iter)
}

fn svm(options: &Options) -> Params<LinearSvm> {
    let params = LinearSvm::params().c(options.c).class_weight(options.class_weight.clone());
    let params = options.tol.into_iter().fold(params, Params::<LinearSvm>::tol);
    options.max_iter.into_iter().fold(params, Params::<LinearSvm>::max_iter)
}

fn smo(options: &Options) -> SmoParams {
    options.tol.into_iter().fold(Smo::params().c(options.c), SmoParams::tol)
}

/// Solved directly, so that `tol` and `max_iter` say nothing.
fn ridge(options: &Options) -> Params<Ridge> {
    Ridge::params().c(options.c).class_weight(options.class_weight.clone())
}
