//! Frozen image networks: what they compute, where they are read, and what they have learned.
//!
//! A [`Backbone`] is a list of [`Node`]s, each after those that it takes its input from, without a
//! number in it that is learned. Where Keras has a network of the same layout (the VGG family), layers
//! are called as Keras calls them, and otherwise as torchvision or timm calls its modules; those names are
//! understood everywhere. A [`Tap`] says where activations are read, and how a map of them becomes a
//! vector. [`Weights`] are the learned numbers, of which the [`weights`] module specifies the file.
//!
//! Fully connected layers are written as convolutions: `fc6` of VGG16 has a kernel of 7x7, so that it
//! gives one vector for an input of 224x224 pixels, and a map of vectors for a larger one (Simonyan
//! and Zisserman 2015, section 3.2). torchvision squeezes the map to 7x7 before `fc6` instead; at
//! 224x224 pixels, where that does nothing, the two are the same.
//!
//! ```
//! use backbone::{Backbone, Tap};
//!
//! let vgg16 = Backbone::named("vgg16")?;
//! let tap = Tap::parse("block5_pool:gap", &vgg16)?;
//! assert_eq!(tap.n_features(&vgg16, 224, 224)?, 512);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod graph;
mod networks;
mod parameters;
mod shapes;
mod summary;
mod tap;
pub mod weights;

pub use builder::{Builder, INPUT};
pub use graph::{
    Backbone, BatchNorm, Convolution, Kernel, Layer, Node, NodeId, Operation, Padding, Window,
};
pub use networks::{UnknownBackbone, backbones};
pub use parameters::Parameter;
pub use shapes::{Shape, TooSmall};
pub use summary::{SummaryRow, summary};
pub use tap::{Pooling, Tap, TapError};
pub use weights::Weights;
