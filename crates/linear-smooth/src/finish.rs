//! What becomes of problems that f32 does not bring to the tolerance: they are finished in f64, from
//! where they are.

use linear_precise::{
    BinaryProblem, Rows, SoftmaxProblem, Stop, finish_softmax, finish_squared_hinge,
};
use linear_problem::{FitReport, Folds, HingeLoss};
use ndarray::Array2;
use rayon::prelude::*;

use super::{
    SmoothLoss,
    block_matrix::BLOCK_ROWS,
    columns::Columns,
    minimize::Solver,
    objective::{Objective, PerRow},
};

/// The solution of a problem.
pub(super) struct Finished {
    pub(super) problem: usize,
    /// Of its columns, one after the other, the intercept of each last.
    weights: Vec<f64>,
    pub(super) report: FitReport,
}

impl Finished {
    /// Rounds the weights into those of all columns.
    pub(super) fn copy_to(&self, objective: &Objective, all: &mut Columns) {
        let first = self.problem * objective.width();
        for (at, weights) in self.weights.chunks_exact(all.len()).enumerate() {
            let column = all.column_mut(first + at).iter_mut();
            column.zip(weights).for_each(|(to, &weight)| *to = weight as f32);
        }
    }

    /// Scores the rows that the problem's fold holds out.
    pub(super) fn score_held_out(
        &self,
        objective: &Objective,
        rows: &Rows<'_>,
        folds: Folds<'_>,
        scores: &mut Array2<f32>,
    ) {
        let (fold, class) = objective.fold_and_class(self.problem * objective.width());
        let held_out = (0..rows.n_rows()).filter(|&row| folds.held_out_by[row] == Some(fold));
        for row in held_out {
            let columns = self.weights.chunks_exact(self.weights.len() / objective.width());
            for (at, weights) in columns.enumerate() {
                scores[[row, class + at]] = rows.score(weights, row) as f32;
            }
        }
    }
}

/// A problem at one C, and where f32 left it.
struct Unfinished<'a> {
    solver: &'a Solver<'a>,
    rows: &'a Rows<'a>,
    c: f64,
    problem: usize,
    weights: Vec<f64>,
    stop: Stop,
}

/// The solutions of those problems at `c` that are not converged, or of `all`; `weights` are the columns where f32
/// left them.
pub(super) fn finish(
    solver: &Solver<'_>,
    rows: &Rows<'_>,
    c: f64,
    weights: &Columns,
    reports: &[FitReport],
    all: bool,
) -> Vec<Finished> {
    let finish = |(problem, report): (usize, &FitReport)| {
        if report.converged && !all || report.n_iter >= solver.max_iter {
            return None;
        }
        let width = solver.objective.width();
        let columns = problem * width..(problem + 1) * width;
        let weights = columns.flat_map(|column| weights.column(column)).map(|&w| f64::from(w));
        let stop = Stop { tol: solver.tol, max_iter: solver.max_iter - report.n_iter };
        let unfinished = Unfinished { solver, rows, c, problem, weights: weights.collect(), stop };
        let mut finished = match solver.objective.loss {
            SmoothLoss::Softmax => unfinished.softmax(),
            SmoothLoss::SquaredHinge => unfinished.squared_hinge(),
        };
        finished.report.n_iter += report.n_iter;
        Some(finished)
    };
    reports.par_iter().enumerate().with_max_len(1).filter_map(finish).collect()
}

impl Unfinished<'_> {
    fn softmax(self) -> Finished {
        let Self { solver, rows, c, problem, weights, stop } = self;
        let objective = &solver.objective;
        let (mut labels, mut costs) = (vec![0; rows.n_rows()], vec![0.0; rows.n_rows()]);
        let of_fold = objective.classes().iter().zip(objective.costs(objective.fold_of(problem)));
        for (position, (&class, &cost)) in of_fold.enumerate() {
            let row = solver.space.row_at(position);
            (labels[row], costs[row]) = (class as usize, c * f64::from(cost));
        }
        let n_classes = objective.n_classes();
        let pull = c * c * solver.pulls[problem];
        let softmax = SoftmaxProblem { rows, labels: &labels, costs, n_classes, pull };
        let (weights, report) = finish_softmax(&softmax, weights, stop);
        Finished { problem, weights, report }
    }

    fn squared_hinge(self) -> Finished {
        let Self { solver, rows, c, problem, weights, stop } = self;
        let column = solver.objective.fold_and_class(problem);
        let mut signed_weights = vec![0.0; rows.n_rows()];
        for start in (0..rows.n_rows()).step_by(BLOCK_ROWS) {
            let len = BLOCK_ROWS.min(rows.n_rows() - start);
            let [mut signs, mut costs]: [PerRow; 2] = [[0.0; BLOCK_ROWS]; 2];
            solver.objective.signs(column, start, len, &mut signs, &mut costs);
            for (at, (sign, cost)) in signs.iter().zip(&costs).take(len).enumerate() {
                signed_weights[solver.space.row_at(start + at)] = sign * cost;
            }
        }
        let loss = HingeLoss::SquaredHinge;
        let binary = BinaryProblem::new(rows, signed_weights.into_iter(), c, loss);
        let solution = finish_squared_hinge(&binary, weights, stop);
        Finished { problem, weights: solution.weights, report: solution.report }
    }
}
