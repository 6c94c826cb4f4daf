//! A sigmoid for each class.

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use super::log_normalize::log_normalize;

/// Platt's sigmoids of the classes, whose values are divided by their sum: scikit-learn's
/// `CalibratedClassifierCV` with `method="sigmoid"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// Slope of each class, `[n_classes]`.
    pub slope: Vec<f64>,
    /// Intercept of each class, `[n_classes]`.
    pub intercept: Vec<f64>,
}

impl Platt {
    /// Natural logarithms of the probabilities, `[n_samples, n_classes]`.
    pub fn log_probabilities(&self, scores: ArrayView2<'_, f32>) -> Array2<f64> {
        let mut logs = Array2::from_shape_fn(scores.dim(), |(row, class)| {
            let z = self.slope[class] * f64::from(scores[[row, class]]) + self.intercept[class];
            log_sigmoid(z)
        });
        logs.rows_mut().into_iter().for_each(log_normalize);
        logs
    }

    /// Whether there is a finite slope and intercept for each class.
    pub(super) fn is_sound(&self, n_classes: usize) -> bool {
        let is_sound =
            |values: &Vec<f64>| values.len() == n_classes && values.iter().all(|v| v.is_finite());
        is_sound(&self.slope) && is_sound(&self.intercept)
    }
}

/// `log(1 / (1 + exp(-z)))`, finite for every finite `z`.
fn log_sigmoid(z: f64) -> f64 {
    // The sum of both is `log(1 + exp(-z))` without overflow.
    -((-z).max(0.0) + (-z.abs()).exp().ln_1p())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_scores_have_finite_logarithms() {
        assert_eq!((log_sigmoid(-1e4), log_sigmoid(1e4)), (-1e4, 0.0));
    }
}
