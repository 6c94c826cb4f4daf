//! A path that the matrix of inner products does not suit (see `linear_dual::matrix_suits`): every
//! binary problem by itself.

use std::ops::ControlFlow;

use linear_problem::{
    FitError, FitReport, HingeLoss, LinearHead, PathOptions, PathPoint, PathProblem, check_finite,
    signed_weights,
};
use ndarray::{Array2, aview1};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::{BinaryProblem, Rows, Solution, Stop, descend, finish};

/// Passes of descent at most. Where C is so large that these do not do, Newton steps are faster.
const MOST_PASSES: usize = 500;

/// Solves a path of one-vs-rest or multi-label problems with hinge loss, each C from the start. Each
/// point goes to `on_point` as soon as it is solved; the path ends early when that breaks. The
/// [crate](crate#examples) has an example.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub fn solve_path(
    problem: &PathProblem<'_>,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    options.check()?;
    check_finite(problem.rows)?;
    let sides = signed_weights(problem, &options.class_weight)?;
    let (n, k) = (problem.rows.n_samples(), problem.n_classes);
    let mut buffer = Vec::new();
    let rows = Rows::new(problem.rows.block(0..n, &mut buffer));
    for &c in &options.cs {
        let mut rngs = generators(options.seed, sides.len());
        let solutions = rngs.par_iter_mut().zip(&sides).map(|(rng, weights)| {
            let binary = BinaryProblem::new(&rows, weights.iter().copied(), c, HingeLoss::Hinge);
            solve(&binary, options, rng)
        });
        let solutions: Vec<Solution> = solutions.collect();
        let mut point = PathPoint {
            c,
            reports: Vec::new(),
            held_out_scores: Array2::zeros((n, k)),
            heads: Vec::new(),
        };
        for (fold, solutions) in solutions.chunks(k).enumerate() {
            let weights = solutions.iter().map(|solution| &*solution.weights);
            let head = LinearHead::of_margins(weights);
            let is_out = |row: &usize| problem.folds.held_out_by[*row] == Some(fold);
            for row in (0..n).filter(is_out) {
                let scores = head.coef().dot(&aview1(rows.row(row))) + head.intercept();
                point.held_out_scores.row_mut(row).assign(&scores);
            }
            point.reports.push(FitReport::of_all(solutions.iter().map(|solution| solution.report)));
            if options.keep_heads {
                point.heads.push(head);
            }
        }
        if on_point(point).is_break() {
            break;
        }
    }
    Ok(())
}

/// Descent, and Newton steps where that does not do.
fn solve(
    problem: &BinaryProblem<'_>,
    &PathOptions { tol, max_iter, .. }: &PathOptions,
    rng: &mut Xoshiro256PlusPlus,
) -> Solution {
    let start = descend(problem, Stop { tol, max_iter: max_iter.min(MOST_PASSES) }, rng);
    let n_iter = start.report.n_iter;
    if start.report.converged || n_iter == max_iter {
        return start;
    }
    let mut solution = finish(problem, start.betas, Stop { tol, max_iter: max_iter - n_iter });
    solution.report.n_iter += n_iter;
    solution
}

/// A generator for each class: the streams do not overlap, and do not depend on which thread
/// solves which class.
fn generators(seed: u64, n_classes: usize) -> Vec<Xoshiro256PlusPlus> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..n_classes)
        .map(|_| {
            rng.jump();
            rng.clone()
        })
        .collect()
}
