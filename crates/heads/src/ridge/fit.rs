use std::ops::ControlFlow;

use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::{RidgeValidParams, solve_ridge_path};
use crate::{FitError, Fitted, Folds, PathProblem, Targets, training_set::TrainingSet};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for RidgeValidParams {
    type Object = Fitted;

    /// Fits the head to features `[n_samples, n_features]` and their classes.
    ///
    /// # Errors
    /// [`FitError`] if features or labels cannot be used; see its variants.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
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
        solve_ridge_path(&problem, &[self.c()], self.class_weight(), true, &mut |point| {
            fitted = point.heads.into_iter().zip(point.reports).next();
            ControlFlow::Continue(())
        })?;
        let (head, report) = fitted.expect("one fold and one C make one head");
        Ok(Fitted { head, report })
    }
}
