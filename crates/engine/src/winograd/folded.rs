//! Learned numbers of one convolution.

use ::winograd::ConvolutionLayer;
use backbone::{BatchNorm, Convolution, Layer, Weights};

/// Its weights `[outputs, inputs, 3, 3]` and biases `[outputs]`.
pub(super) struct Folded {
    inputs: usize,
    outputs: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Folded {
    /// Those of a convolution, or of a convolution and the batch normalization behind it as one:
    ///
    /// ```text
    /// w' = w g / sqrt(variance + epsilon),  b' = (b - mean) g / sqrt(variance + epsilon) + beta
    /// ```
    ///
    /// # Panics
    /// When `weights` lacks one of their tensors.
    pub(super) fn new(
        convolution: &Convolution,
        norm: Option<&BatchNorm>,
        weights: &Weights,
    ) -> Self {
        let numbers = |layer: &Layer, suffix: &str| {
            let tensor = weights.tensor(&format!("{}.{suffix}", layer.name));
            tensor.expect("what taps need was checked").values().to_vec()
        };
        let mut weight = numbers(&convolution.layer, "weight");
        let mut bias = vec![0.0; convolution.outputs];
        if convolution.bias {
            bias = numbers(&convolution.layer, "bias");
        }
        if let Some(norm) = norm {
            let of_norm = |suffix| numbers(&norm.layer, suffix);
            let (gain, beta) = (of_norm("weight"), of_norm("bias"));
            let (mean, variance) = (of_norm("running_mean"), of_norm("running_var"));
            let kernels = weight.chunks_exact_mut(convolution.inputs * 9);
            for (output, (kernel, bias)) in kernels.zip(&mut bias).enumerate() {
                let deviation = (f64::from(variance[output]) + norm.epsilon).sqrt();
                let scale = f64::from(gain[output]) / deviation;
                for weight in kernel {
                    *weight = (f64::from(*weight) * scale) as f32;
                }
                let centered = f64::from(*bias) - f64::from(mean[output]);
                *bias = (centered * scale + f64::from(beta[output])) as f32;
            }
        }
        Self { inputs: convolution.inputs, outputs: convolution.outputs, weight, bias }
    }

    /// The layer that has these numbers.
    pub(super) fn layer(&self) -> ConvolutionLayer<'_> {
        let Self { inputs, outputs, ref weight, ref bias } = *self;
        ConvolutionLayer { inputs, outputs, weight, bias }
    }
}
