//! The solvers that the recipes name, behind one call.

use std::ops::ControlFlow;

use heads::{
    ClassWeight, FitError, FitReport, Head, HingeLoss, PathLoss, PathOptions, PathProblem,
    solve_one_vs_one_path, solve_path,
};
use learn::reborrow;
use ndarray::Array2;

use super::free_intercept::{Shrunk, raised, unshrunk};
use super::logistic::solve_logistic_path;
use super::point::Point;

/// Relative duality gap of heads that are only compared.
const COMPARED_TOL: f64 = 1e-3;

/// Relative duality gap of heads that are reported.
const KEPT_TOL: f64 = 1e-4;

/// The same of logistic regression, whose objective is flat: at 1e-4 one prediction in a hundred was
/// another than scikit-learn's at its tightest.
const KEPT_LOGISTIC_TOL: f64 = 1e-6;

/// Iteration limit, for each value of C.
const MAX_ITER: usize = 10_000;

/// What is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// LIBSVM: a hinge SVM for each pair of classes, its intercept not penalized; they vote, and the
    /// first of equals wins.
    LibsvmVotes,
    /// LIBSVM: a hinge SVM for each class against the rest, its intercept not penalized.
    LibsvmRest,
    /// LIBLINEAR: an SVM for each class against the rest, its intercept penalized.
    Liblinear(HingeLoss),
    /// Multinomial logistic regression.
    Softmax,
    /// Logistic regression for each class.
    Logistic,
}

/// Options of a path whose held-out scores are compared.
pub(super) fn compared(cs: &[f64]) -> PathOptions {
    PathOptions {
        cs: cs.to_vec(),
        tol: COMPARED_TOL,
        max_iter: MAX_ITER,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads: false,
    }
}

/// Options of a single fit that is reported.
pub(super) fn kept(method: Method, c: f64) -> PathOptions {
    let tol = match method {
        Method::LibsvmVotes | Method::LibsvmRest | Method::Liblinear(_) => KEPT_TOL,
        Method::Softmax | Method::Logistic => KEPT_LOGISTIC_TOL,
    };
    PathOptions { tol, keep_heads: true, ..compared(&[c]) }
}

/// Solves a path; `on_point` gets each value of C as soon as it is solved.
pub(super) fn solve(
    method: Method,
    problem: &PathProblem<'_>,
    options: &PathOptions,
    on_point: &mut dyn FnMut(Point),
) -> Result<(), FitError> {
    let mut cs = options.cs.iter();
    let mut next = |reports: &[FitReport], scores, head: Option<Head>| {
        on_point(Point {
            c: *cs.next().expect("a path has a point for each C"),
            converged: reports.iter().all(|report| report.converged),
            held_out_scores: method.responses(scores),
            head,
        });
        ControlFlow::Continue(())
    };
    let shrunk = Shrunk(problem.rows);
    let PathProblem { targets, n_classes, folds, .. } = *problem;
    let targets = reborrow(&targets);
    let of_shrunk = PathProblem { rows: &shrunk, targets, n_classes, folds };
    let mut solve_linear =
        |problem: &PathProblem<'_>, loss, options: &PathOptions, to_head: fn(Head) -> Head| {
            solve_path(problem, loss, options, &mut |point| {
                let head = point.heads.into_iter().next().map(|head| to_head(head.into()));
                next(&point.reports, point.held_out_scores, head)
            })
        };
    match method {
        Method::LibsvmVotes => solve_one_vs_one_path(&of_shrunk, &raised(options), &mut |point| {
            let head = point.heads.into_iter().next().map(|head| unshrunk(head.into()));
            next(&point.reports, point.held_out_scores, head)
        }),
        Method::LibsvmRest => {
            solve_linear(&of_shrunk, PathLoss::Svm(HingeLoss::Hinge), &raised(options), unshrunk)
        }
        Method::Liblinear(loss) => solve_linear(problem, PathLoss::Svm(loss), options, |head| head),
        Method::Softmax => solve_linear(problem, PathLoss::Softmax, options, |head| head),
        Method::Logistic => solve_logistic_path(problem, options, on_point),
    }
}

impl Method {
    /// What rows say of classes, from the scores of a head: votes alone of pairs, whose scores have a
    /// third of a vote for their margins, by which LIBSVM does not break ties.
    pub(super) fn responses(self, scores: Array2<f32>) -> Array2<f32> {
        match self {
            Self::LibsvmVotes => scores.mapv_into(f32::round),
            Self::LibsvmRest | Self::Liblinear(_) | Self::Softmax | Self::Logistic => scores,
        }
    }
}

#[cfg(test)]
mod tests;
