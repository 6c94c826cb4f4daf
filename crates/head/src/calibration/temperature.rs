//! One number that all logits are divided by: Guo, Pleiss, Sun and Weinberger, On calibration of modern
//! neural networks, ICML 2017.

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use super::log_normalize::log_normalize;

/// What logits are divided by before their softmax is taken; it changes no prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Temperature {
    /// Above 1 it lowers the largest probability of each row, below 1 it raises it.
    pub temperature: f64,
}

impl Temperature {
    /// Leaves logits as they are.
    pub const ONE: Self = Self { temperature: 1.0 };

    /// Natural logarithms of the probabilities, `[n_samples, n_classes]`.
    pub fn log_probabilities(&self, logits: ArrayView2<'_, f32>) -> Array2<f64> {
        let mut logs = logits.mapv(|logit| f64::from(logit) / self.temperature);
        logs.rows_mut().into_iter().for_each(log_normalize);
        logs
    }

    /// Whether it can divide logits.
    pub(super) fn is_sound(self) -> bool {
        self.temperature.is_finite() && self.temperature > 0.0
    }
}
