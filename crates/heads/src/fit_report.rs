use crate::LinearHead;

/// What a solver returns: the head, and how the fit went.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted<H = LinearHead> {
    /// The head.
    pub head: H,
    /// How the fit went. A head whose `converged` is false is usable, but not the optimum.
    pub report: FitReport,
}

/// How a fit went.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FitReport {
    /// Iterations done: steps of two passes over the features each ([`Softmax`](crate::Softmax)), or
    /// for the class that needed most of them passes over the data or rounds of working sets
    /// ([`LinearSvm`](crate::LinearSvm)) or steps on pairs of samples ([`Smo`](crate::Smo)).
    pub n_iter: usize,
    /// Whether the stopping rule was met (for every class of a one-vs-rest head), rather than the
    /// limit of iterations.
    pub converged: bool,
    /// The primal objective reached, summed over the classes of a one-vs-rest head. It is that of
    /// the solver's own scores: rounding of them or of the head to f32 changes it by about 1e-7.
    pub objective: f64,
    /// The quantity compared with `tol`, of the worst class: the larger of the relative duality gap
    /// and the squared gradient relative to what tells the classes apart
    /// ([`Softmax`](crate::Softmax)), the larger of duality gap and violation of the optimality
    /// conditions, both relative ([`LinearSvm`](crate::LinearSvm)), the violation in units of a
    /// margin ([`Smo`](crate::Smo)).
    pub residual: f64,
}
