//! One value of C, all problems together.
//!
//! Problem: for a softmax over the columns `w_k`, `b_k` of one fold, or a squared hinge with one
//! column,
//!
//! ```text
//! min  1/2 sum_k ||w_k||^2 + C sum_i c_i loss(z_i),   z_ik = w_k.x_i + b_k
//! ```
//!
//! with `c_i` the weight of the row's class, 0 where the fold holds it out. The intercept `b` is
//! free for the softmax, as in scikit-learn, and for the squared hinge the penalized weight of a
//! feature of value 1, as in LIBLINEAR.
//!
//! Method: every step minimizes a quadratic model over two directions at once, the preconditioned
//! gradient and the previous step (sequential subspace optimization: Narkiss and Zibulevsky, 2005;
//! for a quadratic it is the preconditioned conjugate gradient method). Their scores are known, so
//! that the model needs the exact second derivatives along them and no product with the features;
//! neither does the search along the step, where the model was wrong. An iteration costs two
//! products with the features (a leap to a larger C one: see [`Batch`]), or one with the Gram matrix, for
//! all columns of all problems that are not done yet.
//!
//! Stop: the residuals `r = c loss'(z)` of any `w` make a feasible point of the dual, and the
//! duality gap there is `1/2 ||g||^2`, `g` the gradient: it comes for free. (A free intercept adds
//! `g_b^2` over its curvature, the decrease that it promises.) A problem is done when all hold:
//! - the gap is at most `tol` of the objective;
//! - `||g||^2` is at most `tol` of the squared pull, `C ||sum_i c_i e_i x_i||`, that tells its
//!   classes apart where `C` is small. There scores differ so little from row to row that
//!   the gap alone leaves errors as large as the differences; and
//! - scores have settled, where most of the objective is noise that no `w` explains: the latest step
//!   (not a leap) gained at most 1e-5 of what all have gained since `w = 0`, or the gap leaves no more
//!   than 2e-6 of it to be gained.

use linear_problem::FitReport;

use super::{
    Intercept,
    batch::{Batch, sums},
    class_means::ClassMeans,
    evaluate::Evaluator,
    iterate::Iterate,
    objective::Objective,
    preconditioner::Preconditioner,
    space::Space,
};

/// Steps without progress after which rounding is all that is left.
const PATIENCE: usize = 20;
/// The relative decrease of the objective that is progress, not rounding.
const PROGRESS: f64 = 1e-7;

/// The part of the gain since `w = 0` that the latest step may have ...
const SETTLED: f64 = 1e-5;
/// ... or the gap.
const NOTHING_LEFT: f64 = 2e-6;
/// Rounding of an objective.
const ROUNDING: f64 = 1e-7;

/// What all values of C share.
pub(super) struct Solver<'a> {
    pub(super) space: Space<'a>,
    pub(super) objective: Objective,
    pub(super) preconditioner: Preconditioner,
    pub(super) class_means: ClassMeans,
    /// The squared pull of each problem, at C = 1.
    pub(super) pulls: Vec<f64>,
    /// The loss of each problem at `w = 0`.
    pub(super) losses_at_zero: Vec<f64>,
    pub(super) tol: f64,
    pub(super) max_iter: usize,
}

/// How far a problem has come.
#[derive(Debug, Clone, Copy)]
struct Progress {
    /// The objective before the latest step.
    latest: f64,
    /// The least objective and residual when there was progress last.
    best: [f64; 2],
    /// Steps since then.
    age: usize,
}

/// A problem at its current point.
struct Measure {
    objective: f64,
    gap: f64,
    residual: f64,
}

impl Solver<'_> {
    /// What evaluates some problems.
    pub(super) fn evaluator<'b>(&'b self, problems: &'b [usize]) -> Evaluator<'b> {
        let Self { space, objective, .. } = self;
        Evaluator { level: space.level(), objective, order: space.order(), problems }
    }

    /// Minimizes all problems of a batch that has been started; `end` takes where they end.
    pub(super) fn minimize(&self, batch: &mut Batch<'_>, end: &mut Iterate) -> Vec<FitReport> {
        let c = batch.c();
        let n_problems = self.objective.n_problems();
        let mut reports = vec![None; n_problems];
        let mut progress = vec![Progress::NONE; n_problems];
        // Whether the latest step was a leap, which says nothing of what a gradient finds.
        let mut leapt = false;
        for n_iter in 0.. {
            batch.compute_norms();
            let mut kept = Vec::new();
            for (index, measure) in self.measure(batch).into_iter().enumerate() {
                let problem = batch.problems()[index];
                let Measure { objective, gap, residual } = measure;
                let progress = &mut progress[problem];
                let at_zero = c * self.losses_at_zero[problem];
                let settled = residual == 0.0 || progress.settled(objective, gap, at_zero, leapt);
                let converged = settled && residual <= self.tol;
                let hopeless = !progress.goes_on(objective, residual)
                    || batch.is_stuck(index) && !leapt
                    || n_iter == self.max_iter;
                if converged || hopeless {
                    batch.copy_problem(index, end);
                    reports[problem] = Some(FitReport { n_iter, converged, objective, residual });
                } else {
                    kept.push(index);
                }
            }
            if kept.is_empty() {
                break;
            }
            batch.retain(&kept);
            leapt = n_iter == 0 && batch.leaps();
            batch.compute_directions(leapt);
            batch.search();
            batch.compute_gradients();
        }
        end.gradient_c = Some(c);
        reports.into_iter().map(|report| report.expect("every problem leaves the batch")).collect()
    }

    /// The objective of each problem of a batch whose gradients are computed, and how far it is
    /// from its optimum: see the stopping rule.
    fn measure(&self, batch: &Batch<'_>) -> Vec<Measure> {
        let c = batch.c();
        let squares = batch.gradient_squares();
        let intercepts = sums(&self.intercept_gaps(batch), self.objective.width());
        (0..squares.len())
            .map(|index| {
                let objective = batch.objective(index);
                let gap = 0.5 * (squares[index] + intercepts[index]);
                let pull = self.pulls[batch.problems()[index]];
                let residual = (gap / objective).max(squares[index] / (c * c * pull));
                Measure { objective, gap, residual }
            })
            .collect()
    }

    /// Twice the decrease that free intercepts promise, column by column.
    fn intercept_gaps(&self, batch: &Batch<'_>) -> Vec<f64> {
        let free = self.space.intercept() == Intercept::Unpenalized;
        let gap = |(column, &curvature): (usize, &f64)| {
            let gradient = f64::from(batch.intercept_gradient(column));
            if free && gradient != 0.0 { gradient * gradient / curvature } else { 0.0 }
        };
        batch.curvature().iter().enumerate().map(gap).collect()
    }
}

impl Progress {
    const NONE: Self = Self { latest: f64::INFINITY, best: [f64::INFINITY; 2], age: 0 };

    /// Whether the latest step, no leap, gained little, or nothing is left to be gained.
    fn settled(&mut self, objective: f64, gap: f64, at_zero: f64, leapt: bool) -> bool {
        let (gain, all) = (self.latest - objective, at_zero - objective);
        self.latest = objective;
        !leapt && gain <= SETTLED * all + ROUNDING * objective || gap <= NOTHING_LEFT * all
    }

    /// Whether there was progress lately, the current point included.
    fn goes_on(&mut self, objective: f64, residual: f64) -> bool {
        let [best_objective, best_residual] = self.best;
        let better =
            objective < best_objective * (1.0 - PROGRESS) || residual < 0.9 * best_residual;
        if better {
            self.best = [objective.min(best_objective), residual.min(best_residual)];
        }
        self.age = if better { 0 } else { self.age + 1 };
        self.age <= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps until progress is given up, where the residual becomes `factor` times as large a step.
    fn steps(factor: f64) -> usize {
        let mut progress = Progress::NONE;
        let residual = |step: usize| factor.powi(step as i32);
        (0..1000).take_while(|&step| progress.goes_on(1.0, residual(step))).count()
    }

    #[test]
    fn slow_progress_goes_on_and_none_does_not() {
        assert_eq!(steps(0.98), 1000);
        assert_eq!(steps(0.999), 1 + PATIENCE);
        assert_eq!(steps(1.0), 1 + PATIENCE);
    }
}
