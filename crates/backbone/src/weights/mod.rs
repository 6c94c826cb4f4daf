//! The learned numbers of a backbone, and the file that they are kept in.
//!
//! # The file, version 1
//!
//! A safetensors file whose tensors are all little-endian `f32` and have the backbone's own names:
//! those of Keras' layers for the VGG family, of torchvision's or timm's modules for the others. For
//! each layer of the [`Backbone`](crate::Backbone):
//!
//! | tensor | shape |
//! |---|---|
//! | `block1_conv1.weight` | `[outputs, inputs / groups, height, width]` (OIHW, as libtorch has it) |
//! | `block1_conv1.bias` | `[outputs]`, for convolutions that have one |
//! | `fc6.weight`, `fc6.bias` | the same for fully connected layers: `[4096, 512, 7, 7]`, `[4096]` |
//! | `bn1.weight`, `bn1.bias`, `bn1.running_mean`, `bn1.running_var` | `[channels]` |
//!
//! No tensor is missing and there is no other; only a layer of the classifier may be absent. Its last layer may have
//! another number of outputs than the published one, where it was trained for other classes. All numbers are finite.
//! The string map
//! `__metadata__` holds:
//!
//! | key | value |
//! |---|---|
//! | `format` | `offshelf-weights` |
//! | `version` | `1` |
//! | `backbone` | name of the backbone: `vgg16` |
//! | `name` | what a user calls these weights: `vgg16-keras-notop` |
//! | `preset` | name of the preprocessing that they were trained with: `keras`, `torchvision` |
//! | `digest` | see below, 64 lowercase hexadecimal digits |
//! | `origin` | the file that they were converted from, with its SHA-256 |
//! | `licence` | the terms they are published under, or `unknown` |
//!
//! # The digest
//!
//! BLAKE3 over all tensors in ascending byte order of their names. Each tensor contributes, without
//! separators: the length of its name in bytes, the name as UTF-8, the number of dimensions, each
//! dimension, and the values as little-endian `f32` in row-major order. Lengths and dimensions are
//! little-endian `u64`. Nothing about the source enters, so the same weights have the same digest
//! whether they came from Keras, PyTorch or ONNX. [`Weights::open`] computes it again and refuses a
//! file whose tensors do not have it.

mod digest;
mod file;
mod metadata;
mod tensor;
mod tensor_error;
mod write;

pub use file::{OpenError, Weights, is_weight_file};
pub use metadata::Metadata;
pub use tensor::{Tensor, Tensors, f32_from_le_bytes};
pub use tensor_error::TensorError;
pub use write::WriteError;
