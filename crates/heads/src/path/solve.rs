use std::ops::ControlFlow;

use super::{PathLoss, PathOptions, PathPoint, PathProblem};
use crate::{
    FitError, HingeLoss, linear_svm,
    smooth::{self, Intercept, Kernel, SmoothLoss},
    svm_dual,
};

/// Solves a path: every class and every fold together, C after C.
///
/// The hinge is solved in its dual, on the matrix of inner products of all rows, as long as that
/// may be held, and one binary problem at a time beyond; softmax and the squared hinge, which have
/// derivatives, by products with the features. Each point goes to `on_point` as soon as it is
/// solved; the path ends early when that breaks.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub fn solve_path(
    problem: &PathProblem<'_>,
    loss: PathLoss,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    let (smooth_loss, intercept) = match loss {
        PathLoss::Softmax => (SmoothLoss::Softmax, Intercept::Unpenalized),
        PathLoss::Svm(HingeLoss::SquaredHinge) => (SmoothLoss::SquaredHinge, Intercept::Penalized),
        PathLoss::Svm(HingeLoss::Hinge) => {
            return if svm_dual::matrix_fits(problem.rows.n_samples()) {
                svm_dual::solve_path(problem, HingeLoss::Hinge, options, on_point)
            } else {
                linear_svm::solve_path(problem, options, on_point)
            };
        }
    };
    let kernel = Kernel::from_env();
    smooth::solve_path(problem, smooth_loss, intercept, kernel, options, on_point)
}
