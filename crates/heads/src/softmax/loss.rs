//! The softmax objective: scores and gradient. Its value is that along a [`Line`](super::line).

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, s};
use rayon::prelude::*;

use super::products;
use crate::training_set::TrainingSet;

/// Rows that one thread takes at a time. Sums are taken block by block in the order of the rows,
/// whatever the number of threads.
pub(super) const BLOCK_ROWS: usize = 64;

/// The objective `1/2 ||W||^2 + sum_i cost(y_i) (logsumexp(z_i) - z_i[y_i])`, `z_i = W x_i + b`.
///
/// Parameters are flat `[n_classes, n_features + 1]`, the intercept `b` in the last column.
pub(super) struct SoftmaxLoss<'a> {
    pub(super) training: TrainingSet<'a>,
    /// `C` times the weight of each class.
    pub(super) costs: Vec<f64>,
    fit_intercept: bool,
}

impl<'a> SoftmaxLoss<'a> {
    pub(super) fn new(training: TrainingSet<'a>, costs: Vec<f64>, fit_intercept: bool) -> Self {
        Self { training, costs, fit_intercept }
    }

    /// Number of parameters.
    pub(super) fn n_parameters(&self) -> usize {
        self.training.n_classes() * (self.training.n_features() + 1)
    }

    /// Flat parameters as `[n_classes, n_features + 1]`.
    pub(super) fn rows<'p>(&self, parameters: &'p Array1<f64>) -> ArrayView2<'p, f64> {
        let shape = (self.training.n_classes(), self.training.n_features() + 1);
        parameters.view().into_shape_with_order(shape).expect("as many parameters as n_parameters")
    }

    /// Scores `W x_i + b`, `[n_samples, n_classes]`. Linear in the parameters, so that a line
    /// search needs the scores of its start and of its direction only.
    pub(super) fn scores(&self, parameters: &Array1<f64>) -> Array2<f64> {
        let (weights, intercept) = split(self.rows(parameters));
        products::scores(self.training.x(), weights) + intercept
    }

    /// The gradient at `parameters`, whose scores are `scores`.
    pub(super) fn gradient(&self, parameters: &Array1<f64>, scores: &Array2<f64>) -> Array1<f64> {
        let mut residuals = scores.clone();
        let mut blocks: Vec<_> = residuals
            .axis_chunks_iter_mut(Axis(0), BLOCK_ROWS)
            .zip(self.training.labels().axis_chunks_iter(Axis(0), BLOCK_ROWS))
            .collect();
        blocks.par_iter_mut().for_each(|(residuals, labels)| {
            for (mut row, &label) in residuals.rows_mut().into_iter().zip(labels.iter()) {
                let normalizer = log_sum_exp(row.view());
                let cost = self.costs[label];
                row.mapv_inplace(|score| cost * (score - normalizer).exp());
                row[label] -= cost;
            }
        });

        let n_features = self.training.n_features();
        let mut gradient = Array2::zeros((self.training.n_classes(), n_features + 1));
        let (weights, _) = split(self.rows(parameters));
        gradient
            .slice_mut(s![.., ..n_features])
            .assign(&(products::weighted_rows(residuals.view(), self.training.x()) + weights));
        if self.fit_intercept {
            gradient.column_mut(n_features).assign(&residuals.sum_axis(Axis(0)));
        }
        gradient.into_shape_with_order(self.n_parameters()).expect("a fresh array is contiguous")
    }
}

/// Weights `[n_classes, n_features]` and intercepts `[n_classes]` of parameters as rows.
pub(super) fn split(rows: ArrayView2<'_, f64>) -> (ArrayView2<'_, f64>, ArrayView1<'_, f64>) {
    let n_features = rows.ncols() - 1;
    let (weights, intercept) = rows.split_at(Axis(1), n_features);
    (weights, intercept.index_axis_move(Axis(1), 0))
}

/// `log(sum_c exp(z_c))`, the maximum of the row taken out, so that nothing overflows.
pub(super) fn log_sum_exp(scores: ArrayView1<'_, f64>) -> f64 {
    let max = scores.fold(f64::NEG_INFINITY, |max, &score| max.max(score));
    max + scores.iter().map(|score| (score - max).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use linfa::DatasetBase;
    use ndarray::array;

    use super::*;

    #[test]
    fn without_an_intercept_its_gradient_is_zero() {
        let dataset = DatasetBase::new(array![[1.0_f32], [2.0], [3.0]], array![0, 1, 1]);
        let parameters = Array1::zeros(4);
        for (fit_intercept, expected) in [(true, [0.5, -0.5]), (false, [0.0, 0.0])] {
            let training = TrainingSet::new(&dataset).unwrap();
            let loss = SoftmaxLoss::new(training, vec![1.0, 1.0], fit_intercept);
            let gradient = loss.gradient(&parameters, &loss.scores(&parameters));
            assert_eq!([gradient[1], gradient[3]], expected);
        }
    }

    #[test]
    fn large_scores_do_not_overflow() {
        assert_eq!(log_sum_exp(array![1000.0, -1000.0].view()), 1000.0);
        assert_eq!(log_sum_exp(array![-1000.0, -1000.0].view()), -1000.0 + 2.0_f64.ln());
    }
}
