use crate::{FitError, ParamError};

/// Weights that multiply `C`, the price of the loss, of the samples of each class.
///
/// A weight of 2 is every sample of the class twice. That holds in one-vs-rest problems too, where
/// the samples of the other classes keep their own weights; scikit-learn's `LinearSVC` gives them
/// weight 1 there.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassWeight {
    /// Weight 1 for every class.
    #[default]
    Uniform,
    /// `n_samples / (n_classes * count[class])`, so that every class has the same total weight, as
    /// scikit-learn's `class_weight="balanced"`.
    Balanced,
    /// One positive, finite weight for each class, in the order of the labels.
    Given(Vec<f64>),
}

impl ClassWeight {
    /// Refuses given weights that are not positive and finite.
    ///
    /// # Errors
    /// [`ParamError::ClassWeight`] of the first such class.
    pub fn check(&self) -> Result<(), ParamError> {
        let Self::Given(weights) = self else { return Ok(()) };
        match weights.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
            Some(class) => Err(ParamError::ClassWeight { class, got: weights[class] }),
            None => Ok(()),
        }
    }

    /// The weight of each class, for classes of `counts` samples, none of them zero.
    ///
    /// # Errors
    /// [`FitError::ClassWeightCount`] if there are not as many given weights as classes.
    pub fn weights(&self, counts: &[usize]) -> Result<Vec<f64>, FitError> {
        match self {
            Self::Uniform => Ok(vec![1.0; counts.len()]),
            Self::Balanced => {
                let mean = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
                Ok(counts.iter().map(|&count| mean / count as f64).collect())
            }
            Self::Given(weights) if weights.len() == counts.len() => Ok(weights.clone()),
            Self::Given(weights) => {
                Err(FitError::ClassWeightCount { expected: counts.len(), got: weights.len() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_weights_give_every_class_the_same_total() {
        let weights = ClassWeight::Balanced.weights(&[1, 2, 6]).unwrap();
        assert_eq!(weights, [3.0, 1.5, 0.5]);
    }

    #[test]
    fn given_weights_must_be_as_many_as_the_classes() {
        let error = ClassWeight::Given(vec![1.0, 2.0]).weights(&[5, 5, 5]).unwrap_err();
        assert_eq!(error.to_string(), "`2` class weights for `3` classes");
    }

    #[test]
    fn given_weights_must_be_positive_and_finite() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = ClassWeight::Given(vec![1.0, bad]).check().unwrap_err();
            assert!(matches!(error, ParamError::ClassWeight { class: 1, .. }), "{bad}");
        }
        ClassWeight::Given(vec![0.5, 2.0]).check().unwrap();
    }
}
