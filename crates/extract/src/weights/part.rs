//! The tensors that a convolution consists of.

use crate::backbone::{Backbone, Convolution};

/// Height and width of every kernel.
const KERNEL: usize = 3;

/// One of the two tensors of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The kernel, `[outputs, inputs, 3, 3]`.
    Weight,
    /// The bias, `[outputs]`.
    Bias,
}

impl Part {
    pub(super) const BOTH: [Self; 2] = [Self::Weight, Self::Bias];

    /// The last component of the tensor's name, here as in torchvision.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Weight => "weight",
            Self::Bias => "bias",
        }
    }

    /// The part with that many dimensions, for formats in which the names of the two vary.
    pub(super) fn of_rank(rank: usize) -> Option<Self> {
        match rank {
            4 => Some(Self::Weight),
            1 => Some(Self::Bias),
            _ => None,
        }
    }

    /// The tensor's name in a converted file: `block1_conv1.weight`.
    pub(super) fn tensor_name(self, convolution: &Convolution) -> String {
        format!("{}.{}", convolution.name, self.suffix())
    }

    /// The tensor's shape in a converted file.
    pub(super) fn tensor_shape(self, convolution: &Convolution) -> Vec<usize> {
        match self {
            Self::Weight => vec![convolution.outputs, convolution.inputs, KERNEL, KERNEL],
            Self::Bias => vec![convolution.outputs],
        }
    }
}

/// The names of all tensors of `backbone`, from the input on.
pub(super) fn tensor_names(backbone: &Backbone) -> impl Iterator<Item = String> + use<> {
    backbone
        .convolutions()
        .flat_map(|convolution| Part::BOTH.map(|part| part.tensor_name(convolution)))
}
