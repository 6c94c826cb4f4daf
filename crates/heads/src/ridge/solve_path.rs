use std::ops::ControlFlow;

use ndarray::Array2;
use rayon::prelude::*;

use super::{
    centered_rows::CenteredRows,
    dual::Dual,
    fold_fit::{FoldFit, report},
    leave_one_out,
    primal::Primal,
    problem::{FoldRows, SignedTargets},
};
use crate::{ClassWeight, FitError, Folds, ParamError, PathPoint, PathProblem};

/// Solves ridge problems for every fold, class and C.
///
/// Each point goes to `on_point` as soon as it is solved; the path ends early when that breaks.
/// Values of C are solved apart from each other, in any order. Folds of one row each take the single
/// decomposition of [`ridge_leave_one_out`](crate::ridge_leave_one_out), unless heads are to be kept
/// or classes balanced, which is for each fold to do by its own rows.
///
/// # Examples
///
/// ```
/// use std::ops::ControlFlow;
///
/// use heads::{ClassWeight, Folds, PathProblem, Targets, solve_ridge_path};
/// use ndarray::array;
///
/// let x = array![[0.0_f32, 1.0], [0.1, 1.0], [1.0, 0.2], [0.9, 0.0]];
/// let problem = PathProblem {
///     rows: &x.view(),
///     targets: Targets::Classes(&[0, 0, 1, 1]),
///     n_classes: 2,
///     folds: Folds { n_folds: 1, held_out_by: &[None; 4] },
/// };
/// let uniform = ClassWeight::Uniform;
/// solve_ridge_path(&problem, &[0.1, 1.0], &uniform, true, &mut |point| {
///     assert!(point.heads[0].coef()[[1, 0]] > 0.0);
///     ControlFlow::Continue(())
/// })?;
/// # Ok::<(), heads::FitError>(())
/// ```
///
/// # Errors
/// [`FitError`] if features, labels or parameters cannot be used; see its variants.
///
/// # Panics
/// If labels are not below `n_classes`, or targets and folds are of other shapes.
pub fn solve_ridge_path(
    problem: &PathProblem<'_>,
    cs: &[f64],
    class_weight: &ClassWeight,
    keep_heads: bool,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    check(cs, class_weight)?;
    let n_samples = problem.rows.n_samples();
    let targets = SignedTargets::new(problem.targets, n_samples, problem.n_classes)?;
    let is_balanced = *class_weight == ClassWeight::Balanced;
    if let Some(fold_of_row) = one_row_folds(problem.folds)
        && !keep_heads
        && !is_balanced
    {
        let rows = problem.rows;
        return leave_one_out::solve_path(rows, &targets, &fold_of_row, cs, class_weight, on_point);
    }

    let folds = targets.fold_rows(problem.folds, class_weight)?;
    let rows = CenteredRows::new(problem.rows, &vec![1.0; n_samples])?;
    let form = if n_samples <= rows.n_features() {
        Form::Dual(Dual::new(&rows, &targets, &folds))
    } else {
        Form::Primal(Primal::new(&rows, &targets, &folds, !is_balanced))
    };
    for &c in cs {
        let fits = (0..folds.len())
            .into_par_iter()
            .map(|fold| match &form {
                Form::Primal(primal) => primal.solve(fold, c, keep_heads),
                Form::Dual(dual) => dual.solve(fold, c, keep_heads),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let shape = (n_samples, problem.n_classes);
        if on_point(point(c, shape, &folds, fits)).is_break() {
            break;
        }
    }
    Ok(())
}

/// The normal equations over whichever are fewer.
enum Form<'a> {
    /// Over features.
    Primal(Primal<'a>),
    /// Over rows.
    Dual(Dual<'a>),
}

/// Refuses values of C and class weights outside their range.
pub(super) fn check(cs: &[f64], class_weight: &ClassWeight) -> Result<(), ParamError> {
    cs.iter().try_for_each(|&c| ParamError::check_c(c))?;
    class_weight.check()
}

/// The fold of each row, if every row has a fold of its own.
fn one_row_folds(folds: Folds<'_>) -> Option<Vec<usize>> {
    let fold_of_row: Vec<usize> = folds.held_out_by.iter().copied().collect::<Option<_>>()?;
    let mut sorted = fold_of_row.clone();
    sorted.sort_unstable();
    sorted.iter().copied().eq(0..folds.n_folds).then_some(fold_of_row)
}

fn point(c: f64, shape: (usize, usize), folds: &[FoldRows], fits: Vec<FoldFit>) -> PathPoint {
    let mut held_out_scores = Array2::zeros(shape);
    let (mut reports, mut heads) = (Vec::new(), Vec::new());
    for (fold, fit) in folds.iter().zip(fits) {
        for (i, &row) in fold.held_out.iter().enumerate() {
            for (class, to) in held_out_scores.row_mut(row).iter_mut().enumerate() {
                *to = fit.held_out[(i, class)] as f32;
            }
        }
        reports.push(report(fit.objective));
        heads.extend(fit.head);
    }
    PathPoint { c, reports, held_out_scores, heads }
}
