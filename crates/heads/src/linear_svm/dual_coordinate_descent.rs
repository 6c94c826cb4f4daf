//! Problem: for one class against the rest, with `y_i` 1 or -1 and `C_i` the price of sample `i`,
//!
//! ```text
//! min_w  1/2 ||w||^2 + sum_i C_i loss(y_i w.x_i),    loss(m) = max(0, 1 - m) or its square
//! ```
//!
//! where every `x_i` ends with a feature 1, whose weight is the intercept and is penalized with the
//! rest, as LIBLINEAR does with bias 1. Its dual is
//!
//! ```text
//! min_a  1/2 a^T (Q + D) a - sum_i a_i,   0 <= a_i <= U_i,   Q_ij = y_i y_j x_i.x_j
//! ```
//!
//! with `D_ii = 0`, `U_i = C_i` for the hinge and `D_ii = 1 / (2 C_i)`, no upper bound, for the
//! squared hinge (Hsieh, Chang, Lin, Keerthi and Sundararajan, A Dual Coordinate Descent Method
//! for Large-scale Linear SVM, ICML 2008, equation 4).
//!
//! Method: their Algorithm 1 in random order (section 3.1), `w = sum_i a_i y_i x_i` kept up to
//! date in f64. The order must be random: the inner products of non-negative features are nearly
//! constant, the worst case of cyclic order. Samples that rest at a bound are left out between two
//! checks of the stopping rule, as in section 3.2; a check looks at all of them again.
//!
//! Stop: when both
//! - the duality gap is at most `tol` times the primal objective, which is then within `tol` of
//!   the optimum; and
//! - no margin violates the optimality conditions (the projected gradient, their equation 8) by
//!   more than `tol` times the spread of the scores.
//!
//! The second matters where `C` is small: the scores of all samples then lie close together, and a
//! small gap alone leaves errors as large as the differences that decide between classes.

use ndarray::{Array1, ArrayView2};
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{
    HingeLoss,
    dot::{add_scaled, dot},
};
use crate::one_vs_rest::BinarySolution;

/// A spread below which differences of scores, which are of the order of 1, are not worth being
/// told apart in the head's f32. It keeps constant features from asking for an exact zero.
const SMALLEST_SPREAD: f64 = 1e-6;

/// One class against the rest.
pub(super) struct BinaryProblem<'a> {
    /// Features `[n_samples, n_features]`, without the constant one, rows contiguous.
    pub(super) x: ArrayView2<'a, f32>,
    /// `||x_i||^2 + 1` of each sample, the constant feature included.
    pub(super) squared_norms: &'a [f64],
    /// `y_i`: 1 for samples of the class, -1 for the rest.
    pub(super) signs: Vec<f64>,
    /// `C_i`: `C` times the weight of the sample's own class; with hinge loss 0 for a sample that
    /// does not count.
    pub(super) costs: &'a [f64],
    pub(super) loss: HingeLoss,
}

/// Solves one problem, the samples visited in an order drawn from `rng`; `max_iter` is the largest
/// number of passes.
pub(super) fn solve(
    problem: &BinaryProblem<'_>,
    tol: f64,
    max_iter: usize,
    rng: &mut Xoshiro256PlusPlus,
) -> BinarySolution {
    let mut iterate = Iterate::zero(problem);
    let mut active: Vec<usize> = (0..problem.x.nrows()).collect();
    let mut n_iter = 0;
    loop {
        // A check costs most of a pass: space them by an eighth of the passes done.
        let passes = (1 + n_iter / 8).min(max_iter - n_iter);
        for _ in 0..passes {
            active.shuffle(rng);
            for &sample in &active {
                iterate.update(problem, sample);
            }
        }
        n_iter += passes;
        let check = iterate.check(problem);
        let residual = check.residual();
        let converged = residual <= tol;
        if converged || n_iter == max_iter {
            return BinarySolution {
                coef: Array1::from_vec(iterate.coef),
                intercept: iterate.intercept,
                n_iter,
                converged,
                objective: check.primal,
                residual,
            };
        }
        active = check.unsettled;
    }
}

/// Dual variables and the weights that they stand for.
struct Iterate {
    alphas: Vec<f64>,
    /// `sum_i alphas[i] y_i x_i`, without the constant feature.
    coef: Vec<f64>,
    /// `sum_i alphas[i] y_i`, the weight of the constant feature.
    intercept: f64,
}

/// How far from the optimum an iterate is.
struct Check {
    primal: f64,
    dual: f64,
    /// The largest projected gradient, in units of the margin.
    violation: f64,
    /// The difference of the largest and the smallest score of a sample.
    spread: f64,
    /// The samples that are worth another visit.
    unsettled: Vec<usize>,
}

impl Iterate {
    fn zero(problem: &BinaryProblem<'_>) -> Self {
        let (n_samples, n_features) = problem.x.dim();
        Self { alphas: vec![0.0; n_samples], coef: vec![0.0; n_features], intercept: 0.0 }
    }

    /// `w . x_i`.
    fn score(&self, problem: &BinaryProblem<'_>, sample: usize) -> f64 {
        dot(&self.coef, problem.row(sample)) + self.intercept
    }

    /// Minimizes the dual over one variable (equation 9 of the paper).
    fn update(&mut self, problem: &BinaryProblem<'_>, sample: usize) {
        let sign = problem.signs[sample];
        let Curvature { diagonal, upper } = problem.curvature(sample);
        let alpha = self.alphas[sample];
        let gradient = sign * self.score(problem, sample) - 1.0 + diagonal * alpha;
        let next =
            (alpha - gradient / (problem.squared_norms[sample] + diagonal)).clamp(0.0, upper);
        if next != alpha {
            let factor = (next - alpha) * sign;
            self.alphas[sample] = next;
            add_scaled(&mut self.coef, factor, problem.row(sample));
            self.intercept += factor;
        }
    }

    /// Measures the iterate on all samples.
    fn check(&self, problem: &BinaryProblem<'_>) -> Check {
        let squares: f64 = self.coef.iter().map(|weight| weight * weight).sum();
        let penalty = 0.5 * (squares + self.intercept * self.intercept);
        let (mut primal, mut dual, mut violation) = (penalty, -penalty, 0.0_f64);
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut gradients = Vec::with_capacity(self.alphas.len());
        for (sample, &alpha) in self.alphas.iter().enumerate() {
            let score = self.score(problem, sample);
            let slack = 1.0 - problem.signs[sample] * score;
            let Curvature { diagonal, upper } = problem.curvature(sample);
            let gradient = diagonal * alpha - slack;
            let projected = match (alpha > 0.0, alpha < upper) {
                (true, true) => gradient,
                (false, true) => gradient.min(0.0),
                (true, false) => gradient.max(0.0),
                (false, false) => 0.0,
            };
            primal += problem.costs[sample] * problem.loss.of_slack(slack);
            dual += alpha - 0.5 * diagonal * alpha * alpha;
            violation = violation.max(projected.abs());
            lowest = lowest.min(score);
            highest = highest.max(score);
            gradients.push(gradient);
        }
        let unsettled = (0..gradients.len())
            .filter(|&sample| {
                let (alpha, gradient) = (self.alphas[sample], gradients[sample]);
                let settled = (alpha <= 0.0 && gradient > violation)
                    || (alpha >= problem.curvature(sample).upper && gradient < -violation);
                !settled
            })
            .collect();
        Check { primal, dual, violation, spread: highest - lowest, unsettled }
    }
}

/// `D_ii` and `U_i` of a sample.
struct Curvature {
    diagonal: f64,
    upper: f64,
}

impl BinaryProblem<'_> {
    fn row(&self, sample: usize) -> &[f32] {
        self.x.row(sample).to_slice().expect("a training set has contiguous rows")
    }

    fn curvature(&self, sample: usize) -> Curvature {
        let cost = self.costs[sample];
        match self.loss {
            HingeLoss::Hinge => Curvature { diagonal: 0.0, upper: cost },
            HingeLoss::SquaredHinge => Curvature { diagonal: 0.5 / cost, upper: f64::INFINITY },
        }
    }
}

impl Check {
    /// The larger of the relative duality gap and the relative violation.
    fn residual(&self) -> f64 {
        let gap = (self.primal - self.dual) / self.primal;
        gap.max(self.violation / self.spread.max(SMALLEST_SPREAD))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::aview2;
    use rand::SeedableRng;

    use super::*;

    fn solve_line(loss: HingeLoss, c: f64) -> BinarySolution {
        let problem = BinaryProblem {
            x: aview2(&[[1.0], [-1.0]]),
            squared_norms: &[2.0, 2.0],
            signs: vec![1.0, -1.0],
            costs: &[c, c],
            loss,
        };
        solve(&problem, 1e-12, 100, &mut Xoshiro256PlusPlus::seed_from_u64(0))
    }

    /// `1/2 w^2 + 2 C max(0, 1 - w)` has its minimum at `min(2 C, 1)`.
    #[test]
    fn hinge_on_a_line_is_solved() {
        for (c, w, objective) in [(0.25, 0.5, 0.375), (10.0, 1.0, 0.5)] {
            let solution = solve_line(HingeLoss::Hinge, c);
            assert!(solution.converged);
            assert!((solution.coef[0] - w).abs() < 1e-9);
            assert!(solution.intercept.abs() < 1e-9);
            assert!((solution.objective - objective).abs() < 1e-9);
        }
    }

    /// `1/2 w^2 + 2 C (1 - w)^2` has its minimum at `4 C / (1 + 4 C)`.
    #[test]
    fn squared_hinge_on_a_line_is_solved() {
        let solution = solve_line(HingeLoss::SquaredHinge, 1.0);
        assert!(solution.converged);
        assert!((solution.coef[0] - 0.8).abs() < 1e-9);
        assert!((solution.objective - 0.4).abs() < 1e-9);
    }
}
