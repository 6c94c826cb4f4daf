use super::{PathOptions, PathProblem};

/// Below this, sums in f32 do not tell whether a tolerance is met.
pub const FINEST_TOL: f64 = 1e-5;

/// A single fit to fewer rows than these is finished in f64 in milliseconds.
const FEW_ROWS: usize = 1000;

/// Whether a path is one fit to all rows. It has no solution of a smaller C to start from.
pub fn is_single_fit(problem: &PathProblem<'_>, options: &PathOptions) -> bool {
    let holds_nothing_out = problem.folds.held_out_by.iter().all(Option::is_none);
    options.cs.len() == 1 && options.keep_heads && holds_nothing_out
}

/// Whether an SVM is to be finished in f64, even if f32 says that it is at the tolerance.
pub fn is_precise(problem: &PathProblem<'_>, options: &PathOptions) -> bool {
    let is_small = problem.rows.n_samples() < FEW_ROWS && is_single_fit(problem, options);
    options.tol < FINEST_TOL || is_small
}
