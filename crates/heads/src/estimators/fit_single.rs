use std::ops::ControlFlow;

use linfa::DatasetBase;
use ndarray::{Array1, ArrayBase, Data, Ix2};

use crate::{
    FitError, Fitted, Folds, PathLoss, PathOptions, PathProblem, Targets, solve_path,
    training_set::TrainingSet,
};

/// A single fit to all rows: a path of one fold that holds nothing out, and of one C.
///
/// # Errors
/// [`FitError`] if features or labels cannot be used; see its variants.
pub(super) fn fit_single<D: Data<Elem = f32>>(
    dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    loss: PathLoss,
    options: &PathOptions,
) -> Result<Fitted, FitError> {
    let training = TrainingSet::new(dataset)?;
    let labels = training.labels().to_vec();
    let problem = PathProblem {
        rows: &training.x(),
        targets: Targets::Classes(&labels),
        n_classes: training.n_classes(),
        folds: Folds { n_folds: 1, held_out_by: &vec![None; labels.len()] },
    };
    let mut fitted = None;
    solve_path(&problem, loss, options, &mut |point| {
        fitted = point.heads.into_iter().zip(point.reports).next();
        ControlFlow::Continue(())
    })?;
    let (head, report) = fitted.expect("one fold and one C make one head");
    Ok(Fitted { head, report })
}
