//! Dual coordinate descent: Algorithm 1 of Hsieh et al. in random order (section 3.1), `w` kept up to
//! date in f64. The order must be random: the inner products of non-negative features are nearly
//! constant, the worst case of cyclic order. Samples that rest at a bound are left out between two
//! checks of the stopping rule, as in section 3.2; a check looks at all of them again.

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{BinaryProblem, Measure, Solution, Stop};

/// Solves a problem from zero, the samples visited in an order drawn from `rng`.
pub(super) fn descend(
    problem: &BinaryProblem<'_>,
    stop: Stop,
    rng: &mut Xoshiro256PlusPlus,
) -> Solution {
    let n_samples = problem.rows.n_rows();
    let (mut betas, mut weights) = (vec![0.0; n_samples], vec![0.0; problem.rows.width()]);
    let mut active: Vec<usize> = (0..n_samples).collect();
    let (mut n_iter, mut scores) = (0, Vec::new());
    loop {
        // A check costs most of a pass: space them by an eighth of the passes done.
        let passes = (1 + n_iter / 8).min(stop.max_iter - n_iter);
        for _ in 0..passes {
            active.shuffle(rng);
            for &row in &active {
                update(problem, row, &mut betas[row], &mut weights);
            }
        }
        n_iter += passes;
        let measure = problem.measure(&betas, &weights, &mut scores);
        if measure.residual() <= stop.tol || n_iter == stop.max_iter {
            return Solution::new(betas, weights, &measure, stop.tol, n_iter);
        }
        active.clear();
        active.extend(
            (0..n_samples).filter(|&row| is_unsettled(problem, row, &betas, &scores, &measure)),
        );
    }
}

/// Minimizes the dual over one variable (equation 9 of the paper).
fn update(problem: &BinaryProblem<'_>, row: usize, beta: &mut f64, weights: &mut [f64]) {
    let sign = problem.signs[row];
    let score = problem.rows.score(weights, row);
    let gradient = sign * problem.gradient(row, sign * *beta, score);
    let curvature = problem.rows.squared_norms()[row] + problem.ridge(row);
    let next = problem.clamp(*beta - gradient / curvature, row);
    if next != *beta {
        problem.rows.add_row(weights, next - *beta, row);
        *beta = next;
    }
}

/// Whether a sample is worth another visit.
fn is_unsettled(
    problem: &BinaryProblem<'_>,
    row: usize,
    betas: &[f64],
    scores: &[f64],
    measure: &Measure,
) -> bool {
    let alpha = problem.signs[row] * betas[row];
    let gradient = problem.gradient(row, alpha, scores[row]);
    let rests_at_zero = alpha <= 0.0 && gradient > measure.violation;
    let rests_above = alpha >= problem.upper(row) && gradient < -measure.violation;
    !rests_at_zero && !rests_above
}

#[cfg(test)]
mod tests {
    use linear_problem::HingeLoss;
    use ndarray::aview2;
    use rand::SeedableRng;

    use super::*;
    use crate::{Rows, finish};

    /// By both methods.
    fn solve_line(loss: HingeLoss, c: f64) -> [Solution; 2] {
        let rows = Rows::new(aview2(&[[1.0], [-1.0]]));
        let problem = BinaryProblem::new(&rows, [1.0, -1.0].into_iter(), c, loss);
        let stop = Stop { tol: 1e-12, max_iter: 100 };
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
        [descend(&problem, stop, &mut rng), finish(&problem, vec![0.0; 2], stop)]
    }

    /// `1/2 w^2 + 2 C max(0, 1 - w)` has its minimum at `min(2 C, 1)`.
    #[test]
    fn hinge_on_a_line_is_solved() {
        for (c, w, objective) in [(0.25, 0.5, 0.375), (10.0, 1.0, 0.5)] {
            for Solution { weights, report, .. } in solve_line(HingeLoss::Hinge, c) {
                assert!(report.converged, "{report:?}");
                assert!((weights[0] - w).abs() < 1e-9 && weights[1].abs() < 1e-9);
                assert!((report.objective - objective).abs() < 1e-9);
            }
        }
    }

    /// `1/2 w^2 + 2 C (1 - w)^2` has its minimum at `4 C / (1 + 4 C)`.
    #[test]
    fn squared_hinge_on_a_line_is_solved() {
        for Solution { weights, report, .. } in solve_line(HingeLoss::SquaredHinge, 1.0) {
            assert!(report.converged, "{report:?}");
            assert!((weights[0] - 0.8).abs() < 1e-9);
            assert!((report.objective - 0.4).abs() < 1e-9);
        }
    }
}
