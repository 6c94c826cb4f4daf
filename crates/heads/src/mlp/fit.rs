use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};
use rand::{SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{MlpFit, MlpValidParams};
use crate::{FitError, Targets, training_set::TrainingSet};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for MlpValidParams {
    type Object = MlpFit;

    /// Trains on features `[n_samples, n_features]` and their classes, of which
    /// `validation_fraction` are held out.
    ///
    /// # Errors
    /// [`FitError`] if features or labels cannot be used, or if training diverges.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<MlpFit, FitError> {
        let set = TrainingSet::new(dataset)?;
        let labels = set.labels().to_vec();
        let all: Vec<usize> = (0..labels.len()).collect();
        let (training, validation) = self.split(&labels, set.n_classes(), &all);
        let targets = Targets::Classes(&labels);
        self.train(&set.x(), targets, set.n_classes(), &training, &validation)
    }
}

impl MlpValidParams {
    /// Divides the rows `among` into those to train on and those for validation: of each class
    /// `validation_fraction`, but at least one row to train on. `labels` are those of all rows.
    pub fn split(
        &self,
        labels: &[usize],
        n_classes: usize,
        among: &[usize],
    ) -> (Vec<usize>, Vec<usize>) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed());
        // The stream of a seed is that of training; this one lies far ahead of it.
        rng.jump();
        let (mut training, mut validation) = (Vec::new(), Vec::new());
        for class in 0..n_classes {
            let of_class = among.iter().copied().filter(|&row| labels[row] == class);
            let mut rows: Vec<usize> = of_class.collect();
            rows.shuffle(&mut rng);
            let held_out = (self.validation_fraction() * rows.len() as f64).round() as usize;
            let (held_out, rest) = rows.split_at(held_out.min(rows.len().saturating_sub(1)));
            validation.extend(held_out);
            training.extend(rest);
        }
        training.sort_unstable();
        validation.sort_unstable();
        (training, validation)
    }
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;

    use super::*;
    use crate::Mlp;

    fn params(fraction: f64) -> MlpValidParams {
        let params = Mlp::params("softmax".parse().unwrap());
        params.validation_fraction(fraction).seed(7).check().unwrap()
    }

    #[test]
    fn every_class_gives_the_same_part_to_validation() {
        let labels: Vec<usize> = (0..90).map(|row| usize::from(row % 3 == 0)).collect();
        let among: Vec<usize> = (0..60).collect();
        let (training, validation) = params(0.25).split(&labels, 2, &among);
        let of_first = |rows: &[usize]| rows.iter().filter(|&&row| labels[row] == 0).count();
        assert_eq!((of_first(&training), of_first(&validation)), (30, 10));
        assert_eq!((training.len(), validation.len()), (45, 15));
        let mut all = [training, validation].concat();
        all.sort_unstable();
        assert_eq!(all, among);
    }

    #[test]
    fn a_class_keeps_a_row_to_train_on() {
        let (training, validation) = params(0.9).split(&[0, 1, 1], 3, &[0, 1, 2]);
        assert_eq!(training[0], 0);
        assert_eq!((training.len(), validation.len()), (2, 1), "and none of a class without rows");
    }
}
