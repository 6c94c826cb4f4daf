//! A path whose matrix of inner products would be too large: every binary problem by itself.

use std::ops::ControlFlow;

use ndarray::Array2;
use rayon::prelude::*;

use super::{
    HingeLoss,
    dual_coordinate_descent::{BinaryProblem, solve},
    fit::{generators, squared_norm},
};
use crate::{
    FitError, PathOptions, PathPoint, PathProblem, one_vs_rest::assemble, svm_dual::signed_weights,
};

/// Solves a path of one-vs-rest or multi-label problems with hinge loss by coordinate descent, each
/// C from the start.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub(crate) fn solve_path(
    problem: &PathProblem<'_>,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    options.check()?;
    let sides = signed_weights(problem, &options.class_weight)?;
    let (n, k) = (problem.rows.n_samples(), problem.n_classes);
    let mut buffer = Vec::new();
    let x = problem.rows.block(0..n, &mut buffer);
    let finite = |row: ndarray::ArrayView1<'_, f32>| row.iter().all(|value| value.is_finite());
    if let Some(row) = x.rows().into_iter().position(|row| !finite(row)) {
        return Err(FitError::NotFinite { row });
    }
    let squared_norms: Vec<f64> = x.rows().into_iter().map(|row| 1.0 + squared_norm(row)).collect();
    for &c in &options.cs {
        let mut rngs = generators(options.seed, sides.len());
        let solutions = rngs.par_iter_mut().zip(&sides).map(|(rng, weights)| {
            let costs: Vec<f64> = weights.iter().map(|w| c * f64::from(w.abs())).collect();
            let binary = BinaryProblem {
                x: x.view(),
                squared_norms: &squared_norms,
                signs: weights.iter().map(|w| 1_f64.copysign(f64::from(*w))).collect(),
                costs: &costs,
                loss: HingeLoss::Hinge,
            };
            solve(&binary, options.tol, options.max_iter, rng)
        });
        let solutions: Vec<_> = solutions.collect();
        let mut point = PathPoint {
            c,
            reports: Vec::new(),
            held_out_scores: Array2::zeros((n, k)),
            heads: Vec::new(),
        };
        for (fold, solutions) in solutions.chunks(k).enumerate() {
            let fitted = assemble(solutions, x.ncols());
            let is_out = |row: &usize| problem.folds.held_out_by[*row] == Some(fold);
            for row in (0..n).filter(is_out) {
                let scores = fitted.head.coef().dot(&x.row(row)) + fitted.head.intercept();
                point.held_out_scores.row_mut(row).assign(&scores);
            }
            point.reports.push(fitted.report);
            if options.keep_heads {
                point.heads.push(fitted.head);
            }
        }
        if on_point(point).is_break() {
            break;
        }
    }
    Ok(())
}
