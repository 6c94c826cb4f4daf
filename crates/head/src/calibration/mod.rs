//! Probabilities from scores.
//!
//! Margins are no probabilities, and those of a softmax head tend to be too close to 0 and 1. [`Platt`] has
//! a sigmoid for the margins of each class, [`Temperature`] one number that divides all logits. Both
//! were fitted on the scores of rows that the head had not seen.

mod log_normalize;
mod platt;
mod temperature;

use std::fmt;

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::link::LinkName;

pub use platt::Platt;
pub use temperature::Temperature;

/// What makes probabilities of scores. In JSON `{"method": "platt", "slope": [...], ...}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
pub enum Calibration {
    /// A sigmoid for each class, for margins.
    Platt(Platt),
    /// A temperature, for logits.
    Temperature(Temperature),
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platt(_) => f.write_str("a sigmoid for each class"),
            Self::Temperature(Temperature { temperature }) => {
                write!(f, "temperature {temperature:.3}")
            }
        }
    }
}

impl Calibration {
    /// Natural logarithms of probabilities, `[n_samples, n_classes]`, of scores of that shape.
    pub fn log_probabilities(&self, scores: ArrayView2<'_, f32>) -> Array2<f64> {
        match self {
            Self::Platt(platt) => platt.log_probabilities(scores),
            Self::Temperature(temperature) => temperature.log_probabilities(scores),
        }
    }

    /// Whether this can be applied to scores of `n_classes` that `link` describes.
    pub fn suits(&self, link: LinkName, n_classes: usize) -> bool {
        match self {
            Self::Platt(platt) => link == LinkName::Margin && platt.is_sound(n_classes),
            Self::Temperature(temperature) => link == LinkName::Softmax && temperature.is_sound(),
        }
    }
}
