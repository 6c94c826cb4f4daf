use ndarray::{Array1, Array2};

use crate::{FitReport, Fitted, LinearHead, Link};

/// The solution of one class against the rest.
pub(crate) struct BinarySolution {
    /// `[n_features]`.
    pub(crate) coef: Array1<f64>,
    pub(crate) intercept: f64,
    pub(crate) n_iter: usize,
    pub(crate) converged: bool,
    pub(crate) objective: f64,
    pub(crate) residual: f64,
}

/// A head of one binary solution for each class: the report is that of the slowest and the worst
/// of them, the objective their sum.
pub(crate) fn assemble(solutions: &[BinarySolution], n_features: usize) -> Fitted {
    let mut coef = Array2::zeros((solutions.len(), n_features));
    let mut intercept = Array1::zeros(solutions.len());
    let mut report = FitReport { n_iter: 0, converged: true, objective: 0.0, residual: 0.0 };
    for (class, solution) in solutions.iter().enumerate() {
        coef.row_mut(class).assign(&solution.coef);
        intercept[class] = solution.intercept;
        report.n_iter = report.n_iter.max(solution.n_iter);
        report.converged &= solution.converged;
        report.objective += solution.objective;
        report.residual = report.residual.max(solution.residual);
    }
    Fitted { head: LinearHead::rounded(coef.view(), intercept.view(), Link::Margin), report }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_report_is_that_of_the_worst_class() {
        let solution = |n_iter, converged, residual| BinarySolution {
            coef: array![n_iter as f64, 0.5],
            intercept: -1.0,
            n_iter,
            converged,
            objective: 2.0,
            residual,
        };
        let fitted = assemble(&[solution(3, true, 0.1), solution(2, false, 0.3)], 2);
        assert_eq!(
            fitted.report,
            FitReport { n_iter: 3, converged: false, objective: 4.0, residual: 0.3 }
        );
        assert_eq!(fitted.head.coef(), array![[3.0, 0.5], [2.0, 0.5]]);
        assert_eq!(fitted.head.intercept(), array![-1.0, -1.0]);
    }
}
