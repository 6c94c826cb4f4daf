use crate::LinearHead;

/// What a solver returns: the head, and how the fit went.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The head.
    pub head: LinearHead,
    /// How the fit went. A head whose `converged` is false is usable, but not the optimum.
    pub report: FitReport,
}

/// How a fit went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitReport {
    /// Iterations done: L-BFGS steps ([`Softmax`](crate::Softmax)), or for the class that needed
    /// most of them passes over the data or rounds of working sets
    /// ([`LinearSvm`](crate::LinearSvm)) or steps on pairs of samples ([`Smo`](crate::Smo)).
    pub n_iter: usize,
    /// Whether the stopping rule was met (for every class of a one-vs-rest head), rather than the
    /// limit of iterations.
    pub converged: bool,
    /// The primal objective reached, summed over the classes of a one-vs-rest head. It is that of
    /// the solver's f64 weights: their rounding to the head's f32 changes it by about 1e-7 of it.
    pub objective: f64,
    /// The quantity compared with `tol`, of the worst class: the gradient's norm relative to its
    /// start ([`Softmax`](crate::Softmax)), the larger of duality gap and
    /// violation of the optimality conditions, both relative ([`LinearSvm`](crate::LinearSvm)),
    /// the violation in units of a margin ([`Smo`](crate::Smo)).
    pub residual: f64,
}
