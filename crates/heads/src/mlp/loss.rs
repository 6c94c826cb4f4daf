use ndarray::{Array2, Zip};

use super::{architecture::MlpOutput, target_matrix::TargetMatrix};

/// The loss of some rows, summed, and how many of their predictions are right.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loss {
    pub(super) sum: f64,
    pub(super) correct: f64,
    /// Predictions: rows, or entries of multi-label targets.
    pub(super) n_predictions: f64,
}

impl Loss {
    pub(super) fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.correct += other.correct;
        self.n_predictions += other.n_predictions;
    }

    /// The part of predictions that are right.
    pub(super) fn accuracy(&self) -> f64 {
        self.correct / self.n_predictions
    }
}

/// The loss of scores `[n, n_outputs]` of the rows that `targets` are of.
pub(super) fn loss(output: MlpOutput, scores: &Array2<f32>, targets: &TargetMatrix) -> Loss {
    let sum = match output {
        MlpOutput::Softmax => {
            let rows = scores.rows().into_iter().zip(targets.values.rows());
            rows.zip(targets.weights.rows())
                .map(|((z, t), weights)| {
                    let top = z.fold(f32::NEG_INFINITY, |top, &z| top.max(z));
                    let sum: f32 = z.iter().map(|z| (z - top).exp()).sum();
                    f64::from(weights[0] * (sum.ln() + top - z.dot(&t)))
                })
                .sum()
        }
        MlpOutput::Sigmoid => {
            let mut sum = 0.0;
            Zip::from(scores).and(&targets.values).and(&targets.weights).for_each(
                |&z, &t, &weight| {
                    sum += f64::from(weight * (softplus(z) - t * z));
                },
            );
            sum / scores.ncols() as f64
        }
    };
    let (correct, n_predictions) = targets.correct(scores);
    Loss { sum, correct, n_predictions }
}

/// The gradient of the mean loss of the rows in their scores, `[n, n_outputs]`.
pub(super) fn score_gradient(
    output: MlpOutput,
    scores: &Array2<f32>,
    targets: &TargetMatrix,
) -> Array2<f32> {
    let mut gradient = scores.clone();
    let terms = match output {
        MlpOutput::Softmax => {
            softmax_rows(&mut gradient);
            scores.nrows()
        }
        MlpOutput::Sigmoid => {
            gradient.mapv_inplace(sigmoid);
            scores.len()
        }
    };
    let scale = 1.0 / terms as f32;
    Zip::from(&mut gradient)
        .and(&targets.values)
        .and(&targets.weights)
        .for_each(|gradient, &target, &weight| *gradient = scale * weight * (*gradient - target));
    gradient
}

/// Replaces each row of scores by its softmax.
pub(super) fn softmax_rows(scores: &mut Array2<f32>) {
    for mut row in scores.rows_mut() {
        let top = row.fold(f32::NEG_INFINITY, |top, &score| top.max(score));
        row.mapv_inplace(|score| (score - top).exp());
        let sum = row.sum();
        row /= sum;
    }
}

pub(super) fn sigmoid(score: f32) -> f32 {
    // No exponential overflows: of a very negative score it is infinite, and the quotient 0.
    1.0 / (1.0 + (-score).exp())
}

/// `log(1 + exp(z))`.
fn softplus(score: f32) -> f32 {
    score.max(0.0) + (-score.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::Targets;

    #[test]
    fn large_scores_neither_overflow_nor_vanish() {
        let labels = [0, 1];
        let targets = TargetMatrix::new(Targets::Classes(&labels), 2, &[[1.0; 2]; 2]);
        let scores = array![[900.0_f32, -900.0], [900.0, -900.0]];
        for output in [MlpOutput::Softmax, MlpOutput::Sigmoid] {
            let loss = loss(output, &scores, &targets);
            assert_eq!(loss.accuracy(), 0.5, "{output:?}");
            let expected = if output == MlpOutput::Softmax { 1800.0 } else { 900.0 };
            assert_eq!(loss.sum, expected, "{output:?}");
            let gradient = score_gradient(output, &scores, &targets);
            assert!(gradient.iter().all(|value| value.is_finite()), "{output:?}");
        }
    }

    #[test]
    fn ignored_entries_cost_nothing() {
        let signs = array![[1_i8, 0], [-1, 0]];
        let targets = TargetMatrix::new(Targets::MultiLabel(signs.view()), 2, &[[1.0; 2]; 2]);
        let scores = array![[1.0_f32, 50.0], [1.0, -50.0]];
        let loss = loss(MlpOutput::Sigmoid, &scores, &targets);
        assert_eq!((loss.correct, loss.n_predictions), (1.0, 2.0));
        let gradient = score_gradient(MlpOutput::Sigmoid, &scores, &targets);
        assert_eq!(gradient.column(1), array![0.0, 0.0]);
        assert!(gradient[[0, 0]] < 0.0 && gradient[[1, 0]] > 0.0);
    }
}
