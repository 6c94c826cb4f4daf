use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::{RidgeValidParams, solve_ridge_path};
use crate::{FitError, Fitted, path::fit_single, training_set::TrainingSet};

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
        fit_single(&training, |problem, on_point| {
            solve_ridge_path(problem, &[self.c()], self.class_weight(), true, on_point)
        })
    }
}
