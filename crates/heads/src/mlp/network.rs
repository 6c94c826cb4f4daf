use ndarray::{Array1, Array2, ArrayView2, CowArray, Zip};
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{
    architecture::{MlpArchitecture, MlpLayer},
    batch_norm::{BatchNorm, BatchTrace},
    dense::Dense,
};

/// A layer with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Layer {
    Dense(Dense),
    Relu,
    BatchNorm(BatchNorm),
    /// With the part of inputs that training drops.
    Dropout(f64),
}

/// The layers up to the scores.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network {
    pub(super) layers: Vec<Layer>,
}

/// What the backward pass needs of a layer's forward pass.
enum Trace {
    /// The inputs.
    Dense(Array2<f32>),
    /// The outputs.
    Relu(Array2<f32>),
    BatchNorm(BatchTrace),
    /// The factor of each input.
    Dropout(Array2<f32>),
}

/// A forward pass in training.
pub(super) struct ForwardPass {
    traces: Vec<Trace>,
    /// `[n, n_outputs]`.
    pub(super) scores: Array2<f32>,
}

impl Network {
    /// A network with random weights.
    pub(super) fn new(
        architecture: &MlpArchitecture,
        n_features: usize,
        n_outputs: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Self {
        let mut width = n_features;
        let mut layers = Vec::new();
        for layer in architecture.layers() {
            layers.push(match *layer {
                MlpLayer::Dense { units } => {
                    Layer::Dense(Dense::glorot(std::mem::replace(&mut width, units), units, rng))
                }
                MlpLayer::Relu => Layer::Relu,
                MlpLayer::BatchNorm => Layer::BatchNorm(BatchNorm::new(width)),
                MlpLayer::Dropout { rate } => Layer::Dropout(rate),
            });
        }
        layers.push(Layer::Dense(Dense::glorot(width, n_outputs, rng)));
        Self { layers }
    }

    /// Scores `[n, n_outputs]` of `x` `[n, n_features]`, row-major.
    pub(super) fn scores(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut values = CowArray::from(x);
        for layer in &self.layers {
            let outputs = match layer {
                Layer::Dense(dense) => dense.forward(values.view()),
                Layer::Relu => values.mapv(|value| value.max(0.0)),
                Layer::BatchNorm(norm) => norm.forward(values.view()),
                Layer::Dropout(_) => continue,
            };
            values = outputs.into();
        }
        values.into_owned()
    }

    /// A forward pass with dropout and the batch's own statistics.
    pub(super) fn forward_training(
        &mut self,
        x: Array2<f32>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> ForwardPass {
        let mut values = x;
        let mut traces = Vec::new();
        for layer in &mut self.layers {
            let (outputs, trace) = match layer {
                Layer::Dense(dense) => (dense.forward(values.view()), Trace::Dense(values)),
                Layer::Relu => {
                    values.mapv_inplace(|value| value.max(0.0));
                    (values.clone(), Trace::Relu(values))
                }
                Layer::BatchNorm(norm) => {
                    let (outputs, trace) = norm.forward_training(values.view());
                    (outputs, Trace::BatchNorm(trace))
                }
                Layer::Dropout(rate) => {
                    let factors = dropout_factors(values.dim(), *rate, rng);
                    (values * &factors, Trace::Dropout(factors))
                }
            };
            values = outputs;
            traces.push(trace);
        }
        ForwardPass { traces, scores: values }
    }

    /// The gradients of all arrays of parameters, in the order of [`Network::parameters_mut`], given
    /// the gradient of the scores.
    pub(super) fn gradients(&self, pass: &ForwardPass, scores: Array2<f32>) -> Vec<Vec<f32>> {
        let mut gradients = Vec::new();
        let mut outputs = scores;
        for (index, (layer, trace)) in self.layers.iter().zip(&pass.traces).enumerate().rev() {
            match (layer, trace) {
                (Layer::Dense(dense), Trace::Dense(x)) => {
                    let (weights, bias) = dense.gradients(x.view(), &outputs);
                    gradients.push(bias.to_vec());
                    gradients.push(weights.into_raw_vec_and_offset().0);
                    if index > 0 {
                        outputs = dense.input_gradient(&outputs);
                    }
                }
                (Layer::Relu, Trace::Relu(values)) => {
                    Zip::from(&mut outputs).and(values).for_each(|gradient, &value| {
                        *gradient = if value > 0.0 { *gradient } else { 0.0 };
                    });
                }
                (Layer::BatchNorm(norm), Trace::BatchNorm(trace)) => {
                    let (gamma, beta, inputs) = norm.backward(trace, &outputs);
                    gradients.push(beta.to_vec());
                    gradients.push(gamma.to_vec());
                    outputs = inputs;
                }
                (Layer::Dropout(_), Trace::Dropout(factors)) => outputs *= factors,
                _ => unreachable!("a pass has the trace of its own layers"),
            }
        }
        gradients.reverse();
        gradients
    }

    /// The arrays that training moves: weights and bias, gamma and beta of each layer.
    pub(super) fn parameters_mut(&mut self) -> Vec<&mut [f32]> {
        let mut parameters: Vec<&mut [f32]> = Vec::new();
        for layer in &mut self.layers {
            match layer {
                Layer::Dense(dense) => {
                    let weights = dense.weights.as_slice_mut();
                    parameters.push(weights.expect("weights are row-major"));
                    parameters.push(slice_of(&mut dense.bias));
                }
                Layer::BatchNorm(norm) => {
                    parameters.push(slice_of(&mut norm.gamma));
                    parameters.push(slice_of(&mut norm.beta));
                }
                Layer::Relu | Layer::Dropout(_) => {}
            }
        }
        parameters
    }
}

fn slice_of(values: &mut Array1<f32>) -> &mut [f32] {
    values.as_slice_mut().expect("parameters are contiguous")
}

/// 0 for about a part `rate` of the inputs, and for the others what keeps their mean.
fn dropout_factors(shape: (usize, usize), rate: f64, rng: &mut Xoshiro256PlusPlus) -> Array2<f32> {
    let kept = (1.0 / (1.0 - rate)) as f32;
    Array2::from_shape_simple_fn(shape, || if rng.gen_bool(rate) { 0.0 } else { kept })
}

#[cfg(test)]
mod tests;
