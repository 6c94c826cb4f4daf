//! A point of the curve.

use serde::Serialize;

use super::fits::Fitted;

/// How good a head is on so many images of each class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShotPoint {
    /// Images of each class, of a smaller class all that it has; absent for all images of every class.
    pub per_class: Option<usize>,
    /// Images trained on.
    pub n_rows: usize,
    /// Mean over draws of the share of the scored images that is predicted rightly.
    pub accuracy: f64,
    /// Standard deviation of that between draws; 0 of one draw.
    pub spread: f64,
    /// The accuracy of each draw.
    pub accuracies: Vec<f64>,
    /// Whether all fits met their tolerance.
    pub converged: bool,
}

impl ShotPoint {
    pub(super) fn new(per_class: Option<usize>, fitted: &Fitted) -> Self {
        let accuracies = fitted.accuracies();
        let (accuracy, spread) = mean_and_spread(&accuracies);
        let Fitted { n_rows, converged, .. } = *fitted;
        Self { per_class, n_rows, accuracy, spread, accuracies, converged }
    }
}

/// Mean and standard deviation, dividing by the count as elsewhere.
pub(super) fn mean_and_spread(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (mean, (squares / n).sqrt())
}
