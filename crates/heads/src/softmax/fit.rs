use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::SoftmaxValidParams;
use crate::{
    FitError, Fitted, PathOptions,
    path::fit_single,
    smooth::{self, Intercept, Kernel, SmoothLoss},
    training_set::TrainingSet,
};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for SoftmaxValidParams {
    type Object = Fitted;

    /// Fits the head to features `[n_samples, n_features]` and their classes: a path of one point.
    ///
    /// # Errors
    /// [`FitError`] if features or labels cannot be used; see its variants.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted, FitError> {
        let training = TrainingSet::new(dataset)?;
        let options = PathOptions {
            cs: vec![self.c()],
            tol: self.tol(),
            max_iter: self.max_iter(),
            class_weight: self.class_weight().clone(),
            seed: 0,
            keep_heads: true,
        };
        let intercept = if self.fit_intercept() { Intercept::Unpenalized } else { Intercept::None };
        let (loss, kernel) = (SmoothLoss::Softmax, Kernel::from_env());
        fit_single(&training, |problem, on_point| {
            smooth::solve_path(problem, loss, intercept, kernel, &options, on_point)
        })
    }
}
