use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};

use super::{KnnHead, KnnValidParams, unit_rows::unit_rows};
use crate::{FitError, FitReport, Fitted, training_set::TrainingSet};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for KnnValidParams {
    type Object = Fitted<KnnHead>;

    /// Keeps features `[n_samples, n_features]`, scaled to length 1, and their classes.
    ///
    /// # Errors
    /// [`FitError::TooFewNeighbors`] with fewer rows than neighbors; otherwise [`FitError`] if
    /// features or labels cannot be used.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted<KnnHead>, FitError> {
        let training = TrainingSet::new(dataset)?;
        let x = training.x();
        if x.nrows() < self.n_neighbors() {
            return Err(FitError::TooFewNeighbors { asked: self.n_neighbors(), got: x.nrows() });
        }
        let rows = Array2::from_shape_vec(x.dim(), unit_rows(x)).expect("as many as there were");
        let head = KnnHead::from_parts(
            rows,
            training.labels().to_vec(),
            training.n_classes(),
            self.n_neighbors(),
            self.vote(),
        )
        .expect("a checked training set and checked parameters make a head");
        let report = FitReport { n_iter: 1, converged: true, objective: 0.0, residual: 0.0 };
        Ok(Fitted { head, report })
    }
}
