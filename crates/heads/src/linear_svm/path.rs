//! A path that the matrix of inner products does not suit (see `svm_dual::matrix_suits`): every
//! binary problem by itself.

use std::ops::ControlFlow;

use ndarray::Array2;
use rayon::prelude::*;

use super::{
    HingeLoss,
    dual_coordinate_descent::{BinaryProblem, solve},
    fit::{generators, squared_norm},
};
use crate::{
    FitError, PathOptions, PathPoint, PathProblem, one_vs_rest::assemble, path::check_finite,
    svm_dual::signed_weights,
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
    check_finite(problem.rows)?;
    let sides = signed_weights(problem, &options.class_weight)?;
    let (n, k) = (problem.rows.n_samples(), problem.n_classes);
    let mut buffer = Vec::new();
    let x = problem.rows.block(0..n, &mut buffer);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClassWeight, Folds, Targets, svm_dual};

    #[test]
    fn both_forms_reach_the_same_optimum() {
        let value = |(i, j): (usize, usize)| ((i * 37 + j * 101 + i * j * 7) % 29) as f32 / 29.0;
        let x = Array2::from_shape_fn((90, 5), value);
        let label = |(row, class): (usize, usize)| match row % 5 {
            4 => 0,
            side if side == class || value((row, class)) > 0.8 => 1,
            _ => -1,
        };
        let labels = Array2::from_shape_fn((90, 3), label);
        let held_out_by: Vec<_> = (0..90).map(|row| [None, Some(0), Some(1)][row % 3]).collect();
        let view = x.view();
        let problem = PathProblem {
            rows: &view,
            targets: Targets::MultiLabel(labels.view()),
            n_classes: 3,
            folds: Folds { n_folds: 2, held_out_by: &held_out_by },
        };
        let options = PathOptions {
            cs: vec![0.01, 1.0],
            tol: 1e-4,
            max_iter: 10_000,
            class_weight: ClassWeight::Balanced,
            seed: 0,
            keep_heads: true,
        };
        let (mut rows, mut matrix) = (Vec::new(), Vec::new());
        solve_path(&problem, &options, &mut |point| {
            rows.push(point);
            ControlFlow::Continue(())
        })
        .unwrap();
        svm_dual::solve_path(&problem, HingeLoss::Hinge, &options, &mut |point| {
            matrix.push(point);
            ControlFlow::Continue(())
        })
        .unwrap();
        for (a, b) in rows.iter().zip(&matrix) {
            for (a, b) in a.reports.iter().zip(&b.reports) {
                assert!(a.converged && b.converged);
                assert!((a.objective - b.objective).abs() < 2e-4 * a.objective);
            }
            let difference = (&a.held_out_scores - &b.held_out_scores).mapv(f32::abs);
            assert!(difference.iter().all(|&value| value < 5e-3), "{difference}");
            assert_eq!((a.heads.len(), b.heads.len()), (2, 2));
        }
    }
}
