//! The operations of a graph, with their weights on a device.

use backbone::{BatchNorm, Convolution, Layer, Operation, Padding, Weights, Window};
use tch::{Kind, TchError, Tensor};

use super::place::Place;

/// An operation that is ready to run on activations [n, channels, height, width].
pub(super) enum LoadedOperation {
    /// The normalized images themselves.
    Input,
    Convolution(LoadedConvolution),
    BatchNorm(LoadedBatchNorm),
    Relu,
    Relu6,
    Softmax,
    MaxPool(Window),
    AveragePool(Window),
    GlobalAveragePool,
    Add,
    Concatenate,
}

pub(super) struct LoadedConvolution {
    weight: Tensor,
    bias: Option<Tensor>,
    stride: i64,
    padding: Padding,
    groups: i64,
}

pub(super) struct LoadedBatchNorm {
    weight: Tensor,
    bias: Tensor,
    mean: Tensor,
    variance: Tensor,
    epsilon: f64,
}

impl LoadedOperation {
    /// # Panics
    /// When `weights` lack a tensor of the operation.
    pub(super) fn new(
        operation: &Operation,
        weights: &Weights,
        place: Place,
    ) -> Result<Self, TchError> {
        let parameter = |layer: &Layer, suffix: &str| {
            let tensor = weights.tensor(&format!("{}.{suffix}", layer.name));
            let tensor = tensor.expect("the weights were checked to hold all that is needed");
            let shape: Vec<i64> = tensor.shape().iter().map(|&d| d as i64).collect();
            let values = Tensor::f_from_slice(tensor.values())?;
            values.view(shape.as_slice()).f_to_device(place.device)
        };
        Ok(match operation {
            Operation::Input { .. } => Self::Input,
            Operation::Convolution(Convolution { layer, kernel, bias, .. }) => {
                Self::Convolution(LoadedConvolution {
                    // OIHW as a view of memory in OHWI order: channels_last.
                    weight: parameter(layer, "weight")?
                        .f_to_kind(place.kind())?
                        .permute([0, 2, 3, 1])
                        .f_contiguous()?
                        .permute([0, 3, 1, 2]),
                    bias: bias
                        .then(|| parameter(layer, "bias")?.f_to_kind(place.kind()))
                        .transpose()?,
                    stride: kernel.stride as i64,
                    padding: kernel.padding,
                    groups: kernel.groups as i64,
                })
            }
            // In f32, whatever the activations are in.
            Operation::BatchNorm(BatchNorm { layer, epsilon, .. }) => {
                Self::BatchNorm(LoadedBatchNorm {
                    weight: parameter(layer, "weight")?,
                    bias: parameter(layer, "bias")?,
                    mean: parameter(layer, "running_mean")?,
                    variance: parameter(layer, "running_var")?,
                    epsilon: *epsilon,
                })
            }
            Operation::Relu => Self::Relu,
            Operation::Relu6 => Self::Relu6,
            Operation::Softmax => Self::Softmax,
            &Operation::MaxPool(window) => Self::MaxPool(window),
            &Operation::AveragePool(window) => Self::AveragePool(window),
            Operation::GlobalAveragePool => Self::GlobalAveragePool,
            Operation::Add => Self::Add,
            Operation::Concatenate => Self::Concatenate,
        })
    }

    /// Whether the result may take the place of the first input.
    pub(super) fn works_in_place(&self) -> bool {
        matches!(self, Self::Relu | Self::Relu6 | Self::Add)
    }

    /// Runs on as many inputs as the operation takes.
    pub(super) fn forward(&self, inputs: &[Tensor]) -> Result<Tensor, TchError> {
        let input = &inputs[0];
        match self {
            Self::Input => Ok(input.shallow_clone()),
            Self::Convolution(convolution) => convolution.forward(input),
            Self::BatchNorm(norm) => norm.forward(input),
            Self::Relu => input.f_relu(),
            Self::Relu6 => input.f_relu6(),
            Self::Softmax => input.f_softmax(1, Kind::Float),
            Self::MaxPool(window) => {
                let [size, stride, padding] = pairs(*window);
                input.f_max_pool2d(size, stride, padding, [1, 1], false)
            }
            Self::AveragePool(window) => {
                let [size, stride, padding] = pairs(*window);
                input.f_avg_pool2d(size, stride, padding, false, true, None)
            }
            Self::GlobalAveragePool => {
                let mean = input.f_mean_dim([2_i64, 3].as_slice(), true, Kind::Float)?;
                mean.f_to_kind(input.kind())
            }
            Self::Add => input.f_add(&inputs[1]),
            Self::Concatenate => Tensor::f_cat(inputs, 1),
        }
    }

    /// As [`forward`](Self::forward), writing over the first input.
    ///
    /// # Panics
    /// For an operation that does not [work in place](Self::works_in_place).
    pub(super) fn forward_in_place(&self, mut inputs: Vec<Tensor>) -> Result<Tensor, TchError> {
        match self {
            Self::Relu => inputs[0].f_relu_(),
            Self::Relu6 => inputs[0].f_relu6_(),
            Self::Add => {
                let other = inputs[1].shallow_clone();
                inputs[0].f_add_(&other)
            }
            _ => unreachable!("asked of operations that work in place only"),
        }
    }
}

impl LoadedConvolution {
    fn forward(&self, input: &Tensor) -> Result<Tensor, TchError> {
        let Self { weight, bias, stride, groups, .. } = self;
        let stride = [*stride; 2];
        match self.padding {
            Padding::Zeros(padding) => {
                let padding = padding.map(|n| n as i64);
                input.f_conv2d(weight, bias.as_ref(), stride, padding, [1, 1], *groups)
            }
            Padding::Same => {
                let sides = self.same_padding(input);
                let [rows, columns] = sides;
                let (padded, padding) = if rows[0] == rows[1] && columns[0] == columns[1] {
                    (input.shallow_clone(), [rows[0], columns[0]])
                } else {
                    let sides = [columns[0], columns[1], rows[0], rows[1]];
                    (input.f_constant_pad_nd(sides)?, [0, 0])
                };
                padded.f_conv2d(weight, bias.as_ref(), stride, padding, [1, 1], *groups)
            }
        }
    }

    /// What TensorFlow's `SAME` adds before and behind the rows, and the columns.
    fn same_padding(&self, input: &Tensor) -> [[i64; 2]; 2] {
        let (image, kernel) = (input.size(), self.weight.size());
        [2, 3].map(|axis| {
            let outputs = (image[axis] + self.stride - 1) / self.stride;
            let total = ((outputs - 1) * self.stride + kernel[axis] - image[axis]).max(0);
            [total / 2, total - total / 2]
        })
    }
}

impl LoadedBatchNorm {
    fn forward(&self, input: &Tensor) -> Result<Tensor, TchError> {
        let Self { weight, bias, mean, variance, epsilon } = self;
        let (weight, bias, mean) = (Some(weight), Some(bias), Some(mean));
        // Momentum is of no effect outside training.
        input.f_batch_norm(weight, bias, mean, Some(variance), false, 0.0, *epsilon, true)
    }
}

/// Size, stride and padding, each down and to the right.
fn pairs(window: Window) -> [[i64; 2]; 3] {
    [window.size, window.stride, window.padding].map(|n| [n as i64; 2])
}
