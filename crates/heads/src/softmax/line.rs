//! The softmax objective along a line.

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;

use super::loss::{BLOCK_ROWS, SoftmaxLoss, log_sum_exp, split};

/// A line `parameters + step * direction`. Scores are linear in the parameters, so that a point of
/// the line costs no product with the features.
pub(super) struct Line<'a> {
    labels: &'a Array1<usize>,
    costs: &'a [f64],
    scores: &'a Array2<f64>,
    direction_scores: Array2<f64>,
    /// `W . W`, `W . D` and `D . D` of the weights and their direction.
    norms: [f64; 3],
}

/// The objective and its derivative by the step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LinePoint {
    pub(super) value: f64,
    pub(super) slope: f64,
}

impl<'a> Line<'a> {
    /// The line from `parameters`, whose scores are `scores`.
    pub(super) fn new(
        loss: &'a SoftmaxLoss<'_>,
        parameters: &Array1<f64>,
        scores: &'a Array2<f64>,
        direction: &Array1<f64>,
    ) -> Self {
        let (w, _) = split(loss.rows(parameters));
        let (d, _) = split(loss.rows(direction));
        let norms = [inner_product(w, w), inner_product(w, d), inner_product(d, d)];
        Self {
            labels: loss.training.labels(),
            costs: &loss.costs,
            scores,
            direction_scores: loss.scores(direction),
            norms,
        }
    }

    /// The change of the scores for a step of 1, `[n_samples, n_classes]`.
    pub(super) fn into_direction_scores(self) -> Array2<f64> {
        self.direction_scores
    }

    /// Value and slope of the objective after `step`.
    pub(super) fn at(&self, step: f64) -> LinePoint {
        let blocks: Vec<_> = self
            .scores
            .axis_chunks_iter(Axis(0), BLOCK_ROWS)
            .zip(self.direction_scores.axis_chunks_iter(Axis(0), BLOCK_ROWS))
            .zip(self.labels.axis_chunks_iter(Axis(0), BLOCK_ROWS))
            .collect();
        let losses: Vec<LinePoint> = blocks
            .into_par_iter()
            .map(|((scores, directions), labels)| {
                let rows = scores.rows().into_iter().zip(directions.rows());
                let mut sum = LinePoint { value: 0.0, slope: 0.0 };
                for ((start, direction), &label) in rows.zip(labels) {
                    let row = &start + &(&direction * step);
                    let normalizer = log_sum_exp(row.view());
                    let mean: f64 = row
                        .iter()
                        .zip(direction)
                        .map(|(score, change)| (score - normalizer).exp() * change)
                        .sum();
                    let cost = self.costs[label];
                    sum.value += cost * (normalizer - row[label]);
                    sum.slope += cost * (mean - direction[label]);
                }
                sum
            })
            .collect();

        let [ww, wd, dd] = self.norms;
        let mut point =
            LinePoint { value: 0.5 * ww + step * (wd + 0.5 * step * dd), slope: wd + step * dd };
        for loss in losses {
            point.value += loss.value;
            point.slope += loss.slope;
        }
        point
    }
}

fn inner_product(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> f64 {
    a.rows().into_iter().zip(b.rows()).map(|(a, b)| a.dot(&b)).sum()
}

#[cfg(test)]
mod tests {
    use linfa::DatasetBase;
    use ndarray::array;

    use super::*;
    use crate::training_set::TrainingSet;

    /// Central differences of the value against the gradient and the slope: with a step of 1e-5
    /// their own error is near 1e-10, two orders below the tolerance.
    #[test]
    fn gradient_and_slope_are_those_of_finite_differences() {
        let x = Array2::from_shape_fn((7, 4), |(i, j)| ((i * 4 + j) as f32 * 0.7).sin());
        let dataset = DatasetBase::new(x, array![0, 1, 2, 0, 1, 2, 2]);
        let training = TrainingSet::new(&dataset).unwrap();
        let loss = SoftmaxLoss::new(training, vec![0.5, 2.0, 3.0], true);
        let parameters = Array1::from_shape_fn(15, |i| (i as f64 * 1.3).cos());
        let scores = loss.scores(&parameters);
        let gradient = loss.gradient(&parameters, &scores);

        for index in 0..15 {
            let mut direction = Array1::zeros(15);
            direction[index] = 1.0;
            let line = Line::new(&loss, &parameters, &scores, &direction);
            let difference = (line.at(1e-5).value - line.at(-1e-5).value) / 2e-5;
            assert!((gradient[index] - difference).abs() < 1e-8, "gradient of {index}");
            assert!((gradient[index] - line.at(0.0).slope).abs() < 1e-12, "slope of {index}");
        }
    }

    #[test]
    fn the_value_at_zero_is_the_log_of_the_number_of_classes() {
        let dataset = DatasetBase::new(array![[1.0_f32], [2.0], [3.0]], array![0, 1, 2]);
        let training = TrainingSet::new(&dataset).unwrap();
        let loss = SoftmaxLoss::new(training, vec![1.0; 3], true);
        let zero = Array1::zeros(6);
        let scores = loss.scores(&zero);
        let point = Line::new(&loss, &zero, &scores, &zero).at(0.0);
        assert!((point.value - 3.0 * 3.0_f64.ln()).abs() < 1e-14);
    }
}
