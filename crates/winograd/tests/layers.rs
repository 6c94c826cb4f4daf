//! Networks with arbitrary numbers, and what cannot be one.

use simd::Level;
use winograd::{ConvolutionLayer, Layer, LayerError, Network};

/// Numbers in -1..1 that depend on `seed` alone (splitmix64).
pub(crate) fn numbers(seed: u64, n: usize) -> Vec<f32> {
    let number = |index: u64| {
        let mut z = (seed << 32 | index).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..n as u64).map(number).collect()
}

/// Weights and bias of a convolution that keeps the size of activations.
pub(crate) struct Parameters {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl Parameters {
    pub(crate) fn new(seed: u64, inputs: usize, outputs: usize) -> Self {
        let scale = (2.0 / (inputs as f32 * 3.0)).sqrt();
        let weight = numbers(seed, outputs * inputs * 9).iter().map(|w| w * scale).collect();
        Self { inputs, outputs, weight, bias: numbers(seed + 1, outputs) }
    }

    pub(crate) fn layer(&self) -> Layer<'_> {
        let Self { inputs, outputs, ref weight, ref bias } = *self;
        Layer::Convolution(ConvolutionLayer { inputs, outputs, weight, bias })
    }
}

fn refusal(layers: &[Layer<'_>]) -> LayerError {
    Network::new(layers, &[layers.len() - 1], Level::detected()).err().expect("it is refused")
}

#[test]
fn what_is_no_network_is_refused() {
    let first = Parameters::new(1, 3, 32);
    let message = refusal(&[Layer::MaxPool]).to_string();
    assert_eq!(message, "the first layer is no convolution");

    let odd = Parameters::new(2, 32, 33);
    let error = refusal(&[first.layer(), odd.layer()]);
    assert_eq!(error, LayerError::Channels { layer: 1, inputs: 32, outputs: 33 });
    let message = error.to_string();
    assert!(message.starts_with("layer 1 takes 32 channels and gives 33, expected 1 to 16 or"));

    let other = Parameters::new(2, 64, 32);
    let error = refusal(&[first.layer(), Layer::MaxPool, other.layer()]);
    assert_eq!(error.to_string(), "layer 2 takes 64 channels, and the one before it gives 32");

    let mut short = Parameters::new(2, 32, 32);
    short.bias.pop();
    let error = refusal(&[first.layer(), short.layer()]).to_string();
    assert_eq!(error, "layer 1 has 9216 weights and 31 biases, expected 9216 and 32");
}
