use std::ops::ControlFlow;

use super::{Folds, PathPoint, PathProblem, Targets};
use crate::{FitError, Fitted, training_set::TrainingSet};

/// Takes a point of a path.
pub(crate) type OnPoint<'a> = dyn FnMut(PathPoint) -> ControlFlow<()> + 'a;

/// A single fit to all rows: a path of one fold that holds nothing out and one C, which `solve`
/// solves, heads included.
///
/// # Errors
/// Those of `solve`.
pub(crate) fn fit_single(
    training: &TrainingSet<'_>,
    solve: impl FnOnce(&PathProblem<'_>, &mut OnPoint<'_>) -> Result<(), FitError>,
) -> Result<Fitted, FitError> {
    let labels = training.labels().to_vec();
    let problem = PathProblem {
        rows: &training.x(),
        targets: Targets::Classes(&labels),
        n_classes: training.n_classes(),
        folds: Folds { n_folds: 1, held_out_by: &vec![None; labels.len()] },
    };
    let mut fitted = None;
    solve(&problem, &mut |point| {
        fitted = point.heads.into_iter().zip(point.reports).next();
        ControlFlow::Continue(())
    })?;
    let (head, report) = fitted.expect("one fold and one C make one head");
    Ok(Fitted { head, report })
}
