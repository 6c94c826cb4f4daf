use ndarray::{Array1, Array2, ArrayView2, Axis};

/// Added to a variance before its root.
const EPSILON: f32 = 1e-3;
/// What is kept of the moving statistics at each batch.
const MOMENTUM: f32 = 0.99;

/// Batch normalization: in training by the batch's own mean and variance, otherwise by their moving
/// averages.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BatchNorm {
    /// Scale after normalization, `[n_units]`, like the rest.
    pub(super) gamma: Array1<f32>,
    /// Shift after normalization.
    pub(super) beta: Array1<f32>,
    pub(super) moving_mean: Array1<f32>,
    /// Of the variances of batches as they are, not corrected for the size of the batch.
    pub(super) moving_variance: Array1<f32>,
}

/// What the backward pass needs.
pub(super) struct BatchTrace {
    /// Inputs less their mean, divided by `deviation`.
    normalized: Array2<f32>,
    deviation: Array1<f32>,
}

impl BatchNorm {
    pub(super) fn new(n_units: usize) -> Self {
        Self {
            gamma: Array1::ones(n_units),
            beta: Array1::zeros(n_units),
            moving_mean: Array1::zeros(n_units),
            moving_variance: Array1::ones(n_units),
        }
    }

    /// What the moving statistics multiply an input by, and what they then add.
    pub(super) fn scale_and_shift(&self) -> (Array1<f32>, Array1<f32>) {
        let scale =
            &self.gamma / &self.moving_variance.mapv(|variance| (variance + EPSILON).sqrt());
        let shift = &self.beta - &(&self.moving_mean * &scale);
        (scale, shift)
    }

    /// Outputs by the moving statistics.
    pub(super) fn forward(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let (scale, shift) = self.scale_and_shift();
        &x * &scale + &shift
    }

    /// Outputs by the batch's own statistics, which move the moving ones.
    pub(super) fn forward_training(&mut self, x: ArrayView2<'_, f32>) -> (Array2<f32>, BatchTrace) {
        let mean = x.mean_axis(Axis(0)).expect("a batch has rows");
        let centered = &x - &mean;
        let variance = centered.mapv(|value| value * value).mean_axis(Axis(0));
        let variance = variance.expect("a batch has rows");
        let deviation = variance.mapv(|variance| (variance + EPSILON).sqrt());
        let normalized = centered / &deviation;

        let towards = |moving: &mut Array1<f32>, batch: &Array1<f32>| {
            moving.zip_mut_with(batch, |moving, batch| {
                *moving += (1.0 - MOMENTUM) * (batch - *moving);
            });
        };
        towards(&mut self.moving_mean, &mean);
        towards(&mut self.moving_variance, &variance);
        (&normalized * &self.gamma + &self.beta, BatchTrace { normalized, deviation })
    }

    /// The gradients of `gamma`, of `beta` and of the inputs.
    pub(super) fn backward(
        &self,
        trace: &BatchTrace,
        outputs: &Array2<f32>,
    ) -> (Array1<f32>, Array1<f32>, Array2<f32>) {
        let beta = outputs.sum_axis(Axis(0));
        let gamma = (outputs * &trace.normalized).sum_axis(Axis(0));
        let n = outputs.nrows() as f32;
        // Mean and variance of the batch move with its rows.
        let inputs = (outputs - &(&beta / n) - &trace.normalized * &(&gamma / n))
            * &(&self.gamma / &trace.deviation);
        (gamma, beta, inputs)
    }
}
