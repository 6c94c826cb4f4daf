//! The tensors that a layer consists of.

use super::graph::{Backbone, Layer, Operation};

/// One of a layer's tensors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The last component of its name, here as in PyTorch: `weight`, `bias`, `running_mean`,
    /// `running_var`.
    pub suffix: &'static str,
    /// Its shape; a convolution's weight is [outputs, inputs / groups, height, width].
    pub shape: Vec<usize>,
}

impl Parameter {
    fn new(suffix: &'static str, shape: impl Into<Vec<usize>>) -> Self {
        Self { suffix, shape: shape.into() }
    }

    /// How many numbers it holds.
    #[expect(clippy::len_without_is_empty, reason = "no parameter is empty")]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Its name in a converted file, where it is the tensor of `layer`: `block1_conv1.weight`.
    pub fn name_in(&self, layer: &Layer) -> String {
        format!("{}.{}", layer.name, self.suffix)
    }
}

impl Operation {
    /// Its learned tensors; none for most operations.
    pub fn parameters(&self) -> Vec<Parameter> {
        match self {
            Self::Convolution(convolution) => {
                let kernel = convolution.kernel;
                let [height, width] = kernel.size;
                let inputs = convolution.inputs / kernel.groups;
                let weight = Parameter::new("weight", [convolution.outputs, inputs, height, width]);
                let bias = convolution.bias.then(|| Parameter::new("bias", [convolution.outputs]));
                [weight].into_iter().chain(bias).collect()
            }
            Self::BatchNorm(norm) => ["weight", "bias", "running_mean", "running_var"]
                .map(|suffix| Parameter::new(suffix, [norm.channels]))
                .into(),
            _ => Vec::new(),
        }
    }

    /// The names of its tensors in a converted file.
    pub fn tensor_names(&self) -> Vec<String> {
        let parameters = self.parameters();
        self.layer()
            .map_or(Vec::new(), |layer| parameters.iter().map(|p| p.name_in(layer)).collect())
    }
}

impl Backbone {
    /// Every learned tensor with the layer that it is of, from the input on.
    pub fn parameters(&self) -> impl Iterator<Item = (&Layer, Parameter)> {
        self.nodes.iter().flat_map(|node| {
            let layer = node.operation.layer();
            let parameters = node.operation.parameters();
            parameters.into_iter().filter_map(move |parameter| Some((layer?, parameter)))
        })
    }
}
