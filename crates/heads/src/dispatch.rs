use std::ops::ControlFlow;

use linear_smooth::SmoothLoss;

use crate::{
    FitError, HingeLoss, PathLoss, PathOptions, PathPoint, PathProblem, ridge::solve_ridge_path,
};

/// Solves a path: every class and every fold together, C after C.
///
/// The hinge is solved in its dual: on the matrix of inner products of all rows, where that may be
/// held and rows are long enough for it, else one binary problem at a time. Softmax and the squared
/// hinge, which have derivatives, are solved by products with the features; the squared hinge on few
/// rows in the dual too. Ridge is solved directly. What f32 does not bring to the tolerance is finished in
/// f64. Each point goes to `on_point` as soon as it is solved; the path ends early when that breaks.
///
/// # Examples
///
/// ```
/// use std::ops::ControlFlow;
///
/// use heads::{ClassWeight, Folds, PathLoss, PathOptions, PathProblem, Targets, solve_path};
/// use ndarray::array;
///
/// let x = array![[0.0_f32], [0.2], [0.1], [0.9], [1.0], [0.8]];
/// let problem = PathProblem {
///     rows: &x.view(),
///     targets: Targets::Classes(&[0, 0, 0, 1, 1, 1]),
///     n_classes: 2,
///     folds: Folds { n_folds: 2, held_out_by: &[Some(0), Some(1), None, Some(0), Some(1), None] },
/// };
/// let options = PathOptions {
///     cs: vec![10.0, 100.0],
///     tol: 1e-4,
///     max_iter: 1000,
///     class_weight: ClassWeight::Uniform,
///     seed: 0,
///     keep_heads: false,
/// };
/// solve_path(&problem, PathLoss::Softmax, &options, &mut |point| {
///     // The first row by the fold that holds it out.
///     assert!(point.held_out_scores[[0, 0]] > point.held_out_scores[[0, 1]]);
///     ControlFlow::Continue(())
/// })?;
/// # Ok::<(), heads::FitError>(())
/// ```
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
    let smooth_loss = match loss {
        PathLoss::Svm(HingeLoss::Hinge) if !linear_dual::matrix_suits(n, d) => {
            return linear_precise::solve_path(problem, options, on_point);
        }
        PathLoss::Svm(hinge)
            if hinge == HingeLoss::Hinge || linear_dual::matrix_suits_squared_hinge(n, d) =>
        {
            return linear_dual::solve_path(problem, hinge, options, on_point);
        }
        PathLoss::Svm(_) => SmoothLoss::SquaredHinge,
        PathLoss::Softmax => SmoothLoss::Softmax,
        PathLoss::Ridge => {
            let PathOptions { cs, class_weight, keep_heads, .. } = options;
            return solve_ridge_path(problem, cs, class_weight, *keep_heads, on_point);
        }
    };
    linear_smooth::solve_path(problem, smooth_loss, options, on_point)
}
