use ndarray::{Array1, Axis, CowArray, Ix1, Ix2, concatenate};

use super::network::{Layer, Network};

/// What a trained network computes on a row `x`. Dropout is for training only, and batch
/// normalization by moving statistics is a scale and a shift.
#[derive(Debug, Clone, PartialEq)]
pub enum MlpStep<'a> {
    /// `x W + b`.
    Dense {
        /// `W`, `[n_inputs, n_units]`.
        weights: CowArray<'a, f32, Ix2>,
        /// `b`, `[n_units]`.
        bias: CowArray<'a, f32, Ix1>,
    },
    /// `max(0, x)`.
    Relu,
    /// `x * scale + shift`, entry by entry.
    Affine {
        /// `[n_units]`.
        scale: Array1<f32>,
        /// `[n_units]`.
        shift: Array1<f32>,
    },
}

/// The steps from features to scores, a score for each class: a single output stands as two.
pub(super) fn steps(network: &Network, n_classes: usize) -> Vec<MlpStep<'_>> {
    let mut steps: Vec<_> = network.layers.iter().filter_map(step).collect();
    if let Some(MlpStep::Dense { weights, bias }) = steps.last_mut()
        && bias.len() < n_classes
    {
        let both = concatenate![Axis(1), weights.mapv(|w| -w / 2.0), weights.mapv(|w| w / 2.0)];
        *bias = Array1::from_vec(vec![-bias[0] / 2.0, bias[0] / 2.0]).into();
        *weights = both.into();
    }
    steps
}

fn step(layer: &Layer) -> Option<MlpStep<'_>> {
    match layer {
        Layer::Dense(dense) => Some(MlpStep::Dense {
            weights: dense.weights.view().into(),
            bias: dense.bias.view().into(),
        }),
        Layer::Relu => Some(MlpStep::Relu),
        Layer::BatchNorm(norm) => {
            let (scale, shift) = norm.scale_and_shift();
            Some(MlpStep::Affine { scale, shift })
        }
        Layer::Dropout(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, ArrayD, array};

    use super::*;
    use crate::MlpHead;

    /// The steps, carried out one after the other.
    fn carried_out(head: &MlpHead, x: &Array2<f32>) -> Array2<f32> {
        head.steps().iter().fold(x.clone(), |x, step| match step {
            MlpStep::Dense { weights, bias } => x.dot(weights) + bias,
            MlpStep::Relu => x.mapv(|value| value.max(0.0)),
            MlpStep::Affine { scale, shift } => x * scale + shift,
        })
    }

    #[test]
    fn steps_give_the_scores() {
        let x = array![[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]];
        let numbers = |shape: &[usize]| {
            let n: usize = shape.iter().product();
            let values = (0..n).map(|i| 0.3 + (i * 7 % 5) as f32 - 2.0).collect();
            ArrayD::from_shape_vec(shape, values).unwrap()
        };
        let variance = array![1.0_f32, 4.0].into_dyn();
        for (output, n_outputs, n_classes) in [("softmax", 3, 3), ("sigmoid", 1, 2)] {
            let layers = format!("dense:2,relu,dropout:0.5,batchnorm,{output}");
            let arrays = vec![
                numbers(&[3, 2]),
                numbers(&[2]),
                numbers(&[2]),
                numbers(&[2]),
                numbers(&[2]),
                variance.clone(),
                numbers(&[2, n_outputs]),
                numbers(&[n_outputs]),
            ];
            let head = MlpHead::from_parts(layers.parse().unwrap(), 3, n_outputs, arrays).unwrap();
            let (scores, steps) = (head.decision_function(x.view()), carried_out(&head, &x));
            assert_eq!(steps.dim(), (2, n_classes));
            for (score, step) in scores.iter().zip(&steps) {
                assert!((score - step).abs() < 1e-5, "{scores} {steps}");
            }
        }
    }
}
