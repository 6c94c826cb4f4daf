//! The networks: a graph of operations each, without a number in it that is learned.
//!
//! A [`Backbone`] is a list of [`Node`]s, each after those that it takes its input from. Where Keras
//! has a network of the same layout (the VGG family), layers are called as Keras calls them, and
//! otherwise as torchvision or timm calls its modules; those names are understood everywhere.
//!
//! Fully connected layers are written as convolutions: `fc6` of VGG16 has a kernel of 7x7, so that it
//! gives one vector for an input of 224x224 pixels, and a map of vectors for a larger one (Simonyan
//! and Zisserman 2015, section 3.2). torchvision squeezes the map to 7x7 before `fc6` instead; at
//! 224x224 pixels, where that does nothing, the two are the same.

mod alexnet;
mod builder;
mod efficientnet_lite0;
mod graph;
mod inception_v3;
mod known;
mod mobilenet_v2;
mod parameters;
mod resnet;
mod shapes;
mod summary;
mod vgg;

pub use builder::{Builder, INPUT};
pub use graph::{
    Backbone, BatchNorm, Convolution, Kernel, Layer, Node, NodeId, Operation, Padding, Window,
};
pub use known::{UnknownBackbone, backbones};
pub use parameters::Parameter;
pub use shapes::{Shape, TooSmall};
pub use summary::{SummaryRow, summary};
