//! How the layers of a network are computed.

use simd::Level;

use crate::activations::{Activations, Images};
use crate::convolution::Convolution;
use crate::direct::DirectConvolution;
use crate::fused;
use crate::layer::{Layer, MOST_DIRECT};
use crate::max_pool::max_pool;
use crate::packed::Packed;
use crate::phased::Phases;

/// Weights [inputs, outputs] up to this are read anew for every block of tiles: all positions of them
/// fit into 9 MiB, which the last level of cache holds.
const MOST_FUSED: usize = 256 * 256;

/// One layer, or a convolution with the pool that follows it.
pub(crate) struct Step {
    /// Index of the layer whose output this is.
    pub(crate) layer: usize,
    pub(crate) form: Form,
}

/// The way it is computed.
pub(crate) enum Form {
    Direct(DirectConvolution),
    Fused(Convolution),
    Phased(Convolution),
    MaxPool,
}

/// The steps of a network whose layers are valid. A pool is a step of its own where the layer before
/// it is among `taps`, or computed directly.
pub(crate) fn steps(layers: &[Layer<'_>], taps: &[usize], level: Level) -> Vec<Step> {
    let mut steps = Vec::with_capacity(layers.len());
    let mut index = 0;
    while let Some(layer) = layers.get(index) {
        let form = match layer {
            Layer::MaxPool => Form::MaxPool,
            Layer::Convolution(layer) => {
                let (inputs, outputs, bias) = (layer.inputs, layer.outputs, layer.bias.to_vec());
                if inputs <= MOST_DIRECT {
                    let weights = Packed::direct(layer.weight, inputs, outputs, level);
                    Form::Direct(DirectConvolution { weights, bias, level })
                } else {
                    let weights = Packed::transformed(layer.weight, inputs, outputs, level);
                    let pool = matches!(layers.get(index + 1), Some(Layer::MaxPool))
                        && !taps.contains(&index);
                    index += usize::from(pool);
                    let convolution = Convolution { weights, bias, pool, level };
                    let is_small = inputs * outputs <= MOST_FUSED;
                    if is_small { Form::Fused(convolution) } else { Form::Phased(convolution) }
                }
            }
        };
        steps.push(Step { layer: index, form });
        index += 1;
    }
    steps
}

impl Step {
    /// Height, width and channels of the output for those of the input.
    pub(crate) fn output_shape(
        &self,
        (height, width, channels): (usize, usize, usize),
    ) -> (usize, usize, usize) {
        match &self.form {
            Form::Direct(convolution) => (height, width, convolution.weights.outputs()),
            Form::Fused(convolution) | Form::Phased(convolution) => {
                let (height, width) = convolution.output_size(height, width);
                (height, width, convolution.outputs())
            }
            Form::MaxPool => (height / 2, width / 2, channels),
        }
    }

    /// Computes `images` of `output`; `phases` is scratch.
    pub(crate) fn run(
        &self,
        input: &Activations,
        output: &mut Activations,
        images: Images,
        phases: &mut Phases,
    ) {
        match &self.form {
            Form::Direct(convolution) => convolution.convolve(input, output, images),
            Form::Fused(convolution) => fused::convolve(convolution, input, output, images),
            Form::Phased(convolution) => phases.convolve(convolution, input, output, images),
            Form::MaxPool => max_pool(input, output, images),
        }
    }
}
