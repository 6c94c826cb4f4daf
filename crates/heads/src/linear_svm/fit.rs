//! A fit: from the matrix of inner products where that pays, else one binary problem for each
//! class, solved in parallel.

use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, ArrayView1, Data, Ix2};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::{
    LinearSvmValidParams,
    dual_coordinate_descent::{BinaryProblem, solve},
};
use crate::{
    FitError, Fitted,
    one_vs_rest::{BinarySolution, assemble},
    svm_dual,
    training_set::TrainingSet,
};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for LinearSvmValidParams {
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
        let (n, d) = training.x().dim();
        if svm_dual::matrix_pays(n, d, self.tol()) {
            let labels = training.labels().to_vec();
            return svm_dual::fit(training.x(), &labels, training.n_classes(), self);
        }
        let weights = self.class_weight().weights(training.counts())?;
        let costs: Vec<f64> =
            training.labels().iter().map(|&label| self.c() * weights[label]).collect();
        let squared_norms: Vec<f64> =
            training.x().rows().into_iter().map(|row| 1.0 + squared_norm(row)).collect();

        let mut rngs = generators(self.seed(), training.n_classes());
        let solutions: Vec<BinarySolution> = rngs
            .par_iter_mut()
            .enumerate()
            .map(|(class, rng)| {
                let sign = |&label: &usize| if label == class { 1.0 } else { -1.0 };
                let problem = BinaryProblem {
                    x: training.x(),
                    squared_norms: &squared_norms,
                    signs: training.labels().iter().map(sign).collect(),
                    costs: &costs,
                    loss: self.loss(),
                };
                solve(&problem, self.tol(), self.max_iter(), rng)
            })
            .collect();
        Ok(assemble(&solutions, training.n_features()))
    }
}

/// A generator for each class: the streams do not overlap, and do not depend on which thread
/// solves which class.
pub(super) fn generators(seed: u64, n_classes: usize) -> Vec<Xoshiro256PlusPlus> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..n_classes)
        .map(|_| {
            rng.jump();
            rng.clone()
        })
        .collect()
}

pub(super) fn squared_norm(row: ArrayView1<'_, f32>) -> f64 {
    row.iter().map(|&value| f64::from(value).powi(2)).sum()
}
