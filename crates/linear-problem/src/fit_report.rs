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
    /// Iterations done, of the class that needed most of them. An iteration is a step of two passes over
    /// the features (softmax), a pass over the data or a round of working sets (linear SVM), or a
    /// step on a pair of samples (SMO). Newton steps of a fit that is finished in f64 are added.
    pub n_iter: usize,
    /// Whether the stopping rule was met (for every class of a one-vs-rest head), rather than the
    /// limit of iterations.
    pub converged: bool,
    /// The primal objective reached, summed over the classes of a one-vs-rest head. It is that of
    /// the solver's own scores: rounding of them or of the head to f32 changes it by about 1e-7, and by
    /// more where a large C multiplies the losses of long rows.
    pub objective: f64,
    /// What is compared with `tol`, of the worst class. For the softmax it is the larger of the relative
    /// duality gap and the squared gradient relative to what tells the classes apart; for the linear SVM
    /// the larger of the relative duality gap and the relative violation of the optimality
    /// conditions; for SMO the violation in units of a margin.
    pub residual: f64,
}

impl FitReport {
    /// The report of several fits as one: that of the slowest and of the worst of them, the objective
    /// their sum.
    pub fn of_all(reports: impl IntoIterator<Item = Self>) -> Self {
        let none = Self { n_iter: 0, converged: true, objective: 0.0, residual: 0.0 };
        reports.into_iter().fold(none, |a, b| Self {
            n_iter: a.n_iter.max(b.n_iter),
            converged: a.converged && b.converged,
            objective: a.objective + b.objective,
            residual: a.residual.max(b.residual),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_of_several_is_that_of_the_worst() {
        let report =
            |n_iter, converged, residual| FitReport { n_iter, converged, objective: 2.0, residual };
        assert_eq!(
            FitReport::of_all([report(3, true, 0.1), report(2, false, 0.3)]),
            FitReport { n_iter: 3, converged: false, objective: 4.0, residual: 0.3 }
        );
    }
}
