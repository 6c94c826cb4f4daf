use std::ops::ControlFlow;

use linfa::{DatasetBase, ParamGuard, traits::Fit};
use ndarray::{Array1, Array2, Axis};

use super::{PathLoss, PathOptions, PathPoint, PathProblem, Targets};
use crate::{FitError, Fitted, LinearSvm, Softmax};

/// Solves a path: every class and every fold together, C after C.
///
/// Each point goes to `on_point` as soon as it is solved; the path ends early when that breaks.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub fn solve_path(
    problem: &PathProblem<'_>,
    loss: PathLoss,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    let Targets::Classes(labels) = problem.targets else { unimplemented!("interim") };
    let n = problem.rows.n_samples();
    let mut buffer = Vec::new();
    let x = problem.rows.block(0..n, &mut buffer);
    for &c in &options.cs {
        let mut scores = Array2::<f32>::zeros((n, problem.n_classes));
        let (mut reports, mut heads) = (Vec::new(), Vec::new());
        for fold in 0..problem.folds.n_folds {
            let is_out = |row: &usize| problem.folds.held_out_by[*row] == Some(fold);
            let train: Vec<usize> = (0..n).filter(|row| !is_out(row)).collect();
            let out: Vec<usize> = (0..n).filter(is_out).collect();
            let y: Array1<usize> = train.iter().map(|&row| labels[row]).collect();
            let dataset = DatasetBase::new(x.select(Axis(0), &train), y);
            let Fitted { head, report } = match loss {
                PathLoss::Svm(loss) => LinearSvm::params()
                    .loss(loss)
                    .c(c)
                    .tol(options.tol)
                    .max_iter(options.max_iter)
                    .class_weight(options.class_weight.clone())
                    .seed(options.seed)
                    .check()?
                    .fit(&dataset)?,
                PathLoss::Softmax => Softmax::params()
                    .c(c)
                    .tol(options.tol)
                    .max_iter(options.max_iter)
                    .class_weight(options.class_weight.clone())
                    .check()?
                    .fit(&dataset)?,
            };
            let of_fold = head.decision_function(x.select(Axis(0), &out).view());
            for (&row, from) in out.iter().zip(of_fold.rows()) {
                scores.row_mut(row).assign(&from);
            }
            reports.push(report);
            if options.keep_heads {
                heads.push(head);
            }
        }
        if on_point(PathPoint { c, reports, held_out_scores: scores, heads }).is_break() {
            break;
        }
    }
    Ok(())
}
