//! A sigmoid for each class.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Sigmoid;
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
    /// Fits each class against the rest on finite held-out `scores` `[n_samples, n_classes]`.
    pub fn fit(scores: ArrayView2<'_, f32>, labels: &[usize]) -> Self {
        let fit_class = |class: usize| {
            let scores = scores.column(class);
            let rows = scores.iter().zip(labels);
            let rows: Vec<_> =
                rows.map(|(&score, &label)| (f64::from(score), label == class)).collect();
            let Sigmoid { slope, intercept } = Sigmoid::fit(&rows);
            (slope, intercept)
        };
        let (slope, intercept) = (0..scores.ncols()).into_par_iter().map(fit_class).unzip();
        Self { slope, intercept }
    }

    /// Natural logarithms of the probabilities, `[n_samples, n_classes]`.
    pub fn log_probabilities(&self, scores: ArrayView2<'_, f32>) -> Array2<f64> {
        let mut logs = Array2::from_shape_fn(scores.dim(), |(row, class)| {
            let (slope, intercept) = (self.slope[class], self.intercept[class]);
            Sigmoid { slope, intercept }.log_probability(f64::from(scores[[row, class]]))
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
