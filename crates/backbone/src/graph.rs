//! The parts that a backbone is made of.

/// Index of a node in [`Backbone::nodes`].
pub type NodeId = usize;

/// A frozen network, its classifier included.
#[derive(Clone, Debug, PartialEq)]
pub struct Backbone {
    /// Its name: `vgg16`.
    pub name: String,
    /// What it does, each node after those that it takes its input from. The first is the input.
    pub nodes: Vec<Node>,
    /// The node that features are taken from where nothing else is asked for: the last before the
    /// classifier, Keras' `include_top=False`.
    pub features: NodeId,
    /// The class probabilities, if there is a classifier.
    pub probabilities: Option<NodeId>,
    /// Width and height in pixels of the images that the published weights were trained with.
    pub side: usize,
    /// Name of the preprocessing that the published weights expect, those of Keras' excepted.
    pub preset: String,
    /// Modules of the published files that only training uses.
    pub auxiliary: Vec<String>,
}

/// An operation, what it is applied to, and what its output is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What is done.
    pub operation: Operation,
    /// The nodes whose outputs it is done to, all of them earlier ones.
    pub inputs: Vec<NodeId>,
    /// The names by which its output can be read. The first is the one that is written into caches;
    /// none for a step in between that nobody has a name for.
    pub names: Vec<String>,
}

/// What a node does to activations [channels, height, width].
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Nothing: the normalized image, with so many channels.
    Input {
        /// Number of channels.
        channels: usize,
    },
    /// A convolution, or a fully connected layer written as one.
    Convolution(Convolution),
    /// Batch normalization with the statistics of training.
    BatchNorm(BatchNorm),
    /// max(x, 0).
    Relu,
    /// min(max(x, 0), 6).
    Relu6,
    /// The softmax over channels, at each position.
    Softmax,
    /// The maximum of each window; padding never wins.
    MaxPool(Window),
    /// The mean of each window; padding counts as zeros.
    AveragePool(Window),
    /// The mean of each channel, of height and width 1.
    GlobalAveragePool,
    /// The sum of two activations of one shape.
    Add,
    /// All channels of the first input, then those of the next.
    Concatenate,
}

/// A layer with learned numbers, as it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name here, with which the names of its tensors begin: `block1_conv1`.
    pub name: String,
    /// Its module in torchvision's (or timm's) network: `features.0`.
    pub module: String,
    /// Keras' layer, where Keras has this network: `block1_conv1`, `fc1`.
    pub keras: Option<String>,
    /// What another published file calls it.
    pub alias: Option<String>,
    /// Whether it belongs to the classifier, which weight files may lack.
    pub in_classifier: bool,
}

/// A convolution (cross-correlation) of `inputs` to `outputs` channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Convolution {
    /// What it is called.
    pub layer: Layer,
    /// Number of input channels.
    pub inputs: usize,
    /// Number of output channels.
    pub outputs: usize,
    /// The window that slides.
    pub kernel: Kernel,
    /// Whether a number is added to each output channel.
    pub bias: bool,
    /// Whether it is published as a fully connected layer, whose weight has two dimensions.
    pub dense: bool,
}

/// The window of a convolution, and its way over the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Height and width.
    pub size: [usize; 2],
    /// Step, down and to the right.
    pub stride: usize,
    /// What is added around the image.
    pub padding: Padding,
    /// Input channels fall into so many groups, each with its own part of the outputs.
    pub groups: usize,
}

/// Zeros around an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// So many rows at top and bottom, and columns on the left and right.
    Zeros([usize; 2]),
    /// As many as make the output `ceil(size / stride)` long, an odd one at the bottom and on the
    /// right: TensorFlow's `SAME`.
    Same,
}

/// `(x - mean) / sqrt(variance + epsilon) * weight + bias`, channel by channel.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNorm {
    /// What it is called.
    pub layer: Layer,
    /// Number of channels.
    pub channels: usize,
    /// Added to the variance.
    pub epsilon: f64,
}

/// A square pooling window. What does not fill a window at the bottom or on the right is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Height and width.
    pub size: usize,
    /// Step, down and to the right.
    pub stride: usize,
    /// Rows and columns added on each side.
    pub padding: usize,
}

impl Kernel {
    /// A square kernel with stride 1 and as much padding as keeps the size of an image (for an odd
    /// `size`).
    pub const fn square(size: usize) -> Self {
        Self { size: [size; 2], stride: 1, padding: Padding::Zeros([size / 2; 2]), groups: 1 }
    }

    /// The same with another stride.
    pub const fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// The same with another padding.
    pub const fn padding(self, padding: Padding) -> Self {
        Self { padding, ..self }
    }

    /// The same without padding.
    pub const fn unpadded(self) -> Self {
        self.padding(Padding::Zeros([0; 2]))
    }

    /// The same with so many groups.
    pub const fn groups(self, groups: usize) -> Self {
        Self { groups, ..self }
    }
}

impl Layer {
    /// A layer `name`, whose module is called `module` in torchvision or timm.
    pub fn new(name: impl Into<String>, module: impl Into<String>) -> Self {
        let (name, module) = (name.into(), module.into());
        Self { name, module, keras: None, alias: None, in_classifier: false }
    }

    /// A layer that is called as its module.
    pub fn of_module(module: impl Into<String>) -> Self {
        let module = module.into();
        Self::new(module.clone(), module)
    }

    /// The same with the name that Keras has for it.
    pub fn keras(self, keras: impl Into<String>) -> Self {
        Self { keras: Some(keras.into()), ..self }
    }

    /// The same with the name that another published file has for it.
    pub fn alias(self, alias: impl Into<String>) -> Self {
        Self { alias: Some(alias.into()), ..self }
    }
}

impl Operation {
    /// The layer whose learned numbers it needs.
    pub fn layer(&self) -> Option<&Layer> {
        match self {
            Self::Convolution(convolution) => Some(&convolution.layer),
            Self::BatchNorm(norm) => Some(&norm.layer),
            _ => None,
        }
    }
}

impl Backbone {
    /// The node whose output has that name, by any of its names.
    pub fn node(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.names.iter().any(|known| known == name))
    }

    /// A name of every layer and block, in order; not of what lies inside of the blocks of deep
    /// networks, whose modules are called `layer1.0.conv1`.
    pub fn block_names(&self) -> impl Iterator<Item = &str> {
        let depth = |name: &&String| name.matches('.').count();
        self.nodes
            .iter()
            .filter_map(move |node| node.names.iter().min_by_key(depth))
            .filter(move |name| depth(name) < 2)
            .map(String::as_str)
    }

    /// The layer that gives the classes, and how many there are.
    pub fn classes(&self) -> Option<(&Layer, usize)> {
        self.nodes.iter().rev().find_map(|node| match &node.operation {
            Operation::Convolution(last) if last.layer.in_classifier => {
                Some((&last.layer, last.outputs))
            }
            _ => None,
        })
    }

    /// The same network for another number of classes; one without a classifier stays as it is.
    pub fn with_classes(&self, n_classes: usize) -> Self {
        let mut changed = self.clone();
        let last = self.classes().map(|(layer, _)| layer);
        for node in &mut changed.nodes {
            if let Operation::Convolution(convolution) = &mut node.operation
                && Some(&convolution.layer) == last
            {
                convolution.outputs = n_classes;
            }
        }
        changed
    }

    /// Which nodes the outputs of `asked` depend on, they themselves included.
    pub fn needed(&self, asked: impl IntoIterator<Item = NodeId>) -> Vec<bool> {
        let mut needed = vec![false; self.nodes.len()];
        for node in asked {
            needed[node] = true;
        }
        for id in (0..needed.len()).rev() {
            if needed[id] {
                for &input in &self.nodes[id].inputs {
                    needed[input] = true;
                }
            }
        }
        needed
    }
}
