use std::ops::ControlFlow;

use crate::{
    FitError, HingeLoss, PathLoss, PathOptions, PathPoint, PathProblem, ridge::solve_ridge_path,
};
use linear_smooth::{Intercept, Kernel, SmoothLoss};

/// Solves a path: every class and every fold together, C after C.
///
/// The hinge is solved in its dual: on the matrix of inner products of all rows, where that may be
/// held and rows are long enough for it, else one binary problem at a time. Softmax and the squared
/// hinge, which have derivatives, are solved by products with the features; the squared hinge on few
/// rows in the dual too. Ridge is solved directly. What f32 does not bring to the tolerance is finished in
/// f64. Each point goes to `on_point` as soon as it is solved; the path ends early when that breaks.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub fn solve_path(
    problem: &PathProblem<'_>,
    loss: PathLoss,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    let (n, d) = (problem.rows.n_samples(), problem.rows.n_features());
    let (smooth_loss, intercept) = match loss {
        PathLoss::Svm(HingeLoss::Hinge) if !linear_dual::matrix_suits(n, d) => {
            return linear_precise::solve_path(problem, options, on_point);
        }
        PathLoss::Svm(hinge)
            if hinge == HingeLoss::Hinge || linear_dual::matrix_suits_squared_hinge(n, d) =>
        {
            return linear_dual::solve_path(problem, hinge, options, on_point);
        }
        PathLoss::Svm(_) => (SmoothLoss::SquaredHinge, Intercept::Penalized),
        PathLoss::Softmax => (SmoothLoss::Softmax, Intercept::Unpenalized),
        PathLoss::Ridge => {
            let PathOptions { cs, class_weight, keep_heads, .. } = options;
            return solve_ridge_path(problem, cs, class_weight, *keep_heads, on_point);
        }
    };
    let kernel = Kernel::from_env();
    linear_smooth::solve_path(problem, smooth_loss, intercept, kernel, options, on_point)
}
