//! The kinds of layer.

/// One layer of a backbone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// A 3x3 convolution with ReLU.
    Convolution(Convolution),
    /// A 2x2 maximum.
    MaxPool(MaxPool),
}

/// A 3x3 convolution, stride 1, zero padding 1, with bias, followed by a ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// Its name here and in Keras: `block1_conv1`.
    pub name: &'static str,
    /// The name of its parameters in torchvision's model: `features.0`.
    pub torchvision: &'static str,
    /// Number of input channels.
    pub inputs: usize,
    /// Number of output channels.
    pub outputs: usize,
}

/// The maximum of 2x2 windows, stride 2, without padding: an odd last row or column is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxPool {
    /// Its name here and in Keras: `block1_pool`.
    pub name: &'static str,
    /// Its name in torchvision's model: `features.4`.
    pub torchvision: &'static str,
}
