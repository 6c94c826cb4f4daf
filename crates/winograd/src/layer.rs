//! What a network is made of.

/// One layer, fed by the one before.
#[derive(Clone, Copy, Debug)]
pub enum Layer<'a> {
    /// A 3x3 convolution with ReLU.
    Convolution(ConvolutionLayer<'a>),
    /// The maximum of 2x2 windows, stride 2; an odd last row or column is dropped.
    MaxPool,
}

/// A 3x3 convolution of stride 1 with zero padding 1, bias, and ReLU.
#[derive(Clone, Copy, Debug)]
pub struct ConvolutionLayer<'a> {
    /// Number of input channels: up to 16, or a multiple of 32.
    pub inputs: usize,
    /// Number of output channels, a multiple of 32.
    pub outputs: usize,
    /// [outputs, inputs, 3, 3].
    pub weight: &'a [f32],
    /// One for each output channel.
    pub bias: &'a [f32],
}

/// A layer that networks cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    /// Channels are computed in groups.
    #[error(
        "layer {layer} takes {inputs} channels and gives {outputs}, expected 1 to 16 or a multiple of 32, and a multiple of 32"
    )]
    Channels {
        /// Index of the layer.
        layer: usize,
        /// Input channels.
        inputs: usize,
        /// Output channels.
        outputs: usize,
    },
    /// A layer takes other channels than the one before it gives.
    #[error("layer {layer} takes {inputs} channels, and the one before it gives {given}")]
    Chain {
        /// Index of the layer.
        layer: usize,
        /// Input channels.
        inputs: usize,
        /// Channels that there are.
        given: usize,
    },
    /// Weights or bias have another length than the channels say.
    #[error(
        "layer {layer} has {weights} weights and {biases} biases, expected {expected_weights} and {expected_biases}"
    )]
    Parameters {
        /// Index of the layer.
        layer: usize,
        /// Number of weights.
        weights: usize,
        /// Number of biases.
        biases: usize,
        /// Weights that the channels need.
        expected_weights: usize,
        /// Biases that the channels need.
        expected_biases: usize,
    },
    /// The first layer is no convolution: the number of channels of images is not known.
    #[error("the first layer is no convolution")]
    NoConvolution,
}

/// Most input channels of a convolution that is computed directly.
pub(crate) const MOST_DIRECT: usize = 16;

/// Channels of all layers but the input come in multiples of this: two of the longest vectors.
const GROUP: usize = 32;

/// Whether convolutions with so many channels can be layers.
///
/// # Examples
/// ```
/// assert!(winograd::computes(3, 64));
/// assert!(!winograd::computes(64, 100));
/// ```
pub fn computes(inputs: usize, outputs: usize) -> bool {
    let inputs_fit = (1..=MOST_DIRECT).contains(&inputs) || inputs.is_multiple_of(GROUP);
    inputs > 0 && outputs > 0 && inputs_fit && outputs.is_multiple_of(GROUP)
}

/// Checks that `layers` are a network, and gives the number of channels of its images.
pub(crate) fn check(layers: &[Layer<'_>]) -> Result<usize, LayerError> {
    let Some(Layer::Convolution(first)) = layers.first() else {
        return Err(LayerError::NoConvolution);
    };
    let mut given = first.inputs;
    for (index, layer) in layers.iter().enumerate() {
        let &Layer::Convolution(ConvolutionLayer { inputs, outputs, weight, bias }) = layer else {
            continue;
        };
        if !computes(inputs, outputs) {
            return Err(LayerError::Channels { layer: index, inputs, outputs });
        }
        if inputs != given {
            return Err(LayerError::Chain { layer: index, inputs, given });
        }
        let (weights, biases) = (weight.len(), bias.len());
        let (expected_weights, expected_biases) = (outputs * inputs * 9, outputs);
        if (weights, biases) != (expected_weights, expected_biases) {
            let layer = index;
            return Err(LayerError::Parameters {
                layer,
                weights,
                biases,
                expected_weights,
                expected_biases,
            });
        }
        given = outputs;
    }
    Ok(first.inputs)
}
