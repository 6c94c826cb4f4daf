//! Puts a graph together, node after node.

use super::graph::{
    Backbone, BatchNorm, Convolution, Kernel, Layer, Node, NodeId, Operation, Window,
};

/// The node that a new graph begins with: a normalized image of three channels.
pub const INPUT: NodeId = 0;

/// A graph under construction. Each method appends one node and returns its index.
#[derive(Debug)]
pub struct Builder {
    nodes: Vec<Node>,
    /// Output channels of each node.
    channels: Vec<usize>,
    /// The last node before the classifier, once that has begun.
    features: Option<NodeId>,
}

impl Default for Builder {
    fn default() -> Self {
        let mut graph = Self { nodes: Vec::new(), channels: Vec::new(), features: None };
        graph.push(Operation::Input { channels: 3 }, &[], 3, &[]);
        graph
    }
}

impl Builder {
    /// The input alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// A convolution with `outputs` channels. Its output can be read by the name of its module.
    pub fn convolution(
        &mut self,
        input: NodeId,
        layer: Layer,
        outputs: usize,
        kernel: Kernel,
        bias: bool,
    ) -> NodeId {
        let name = layer.module.clone();
        self.push_convolution(input, layer, outputs, kernel, bias, false, &[&name])
    }

    /// A fully connected layer on maps of `side` x `side`, as a convolution; `names` are those of its
    /// output, besides the names of layer and module.
    pub fn dense(
        &mut self,
        input: NodeId,
        layer: Layer,
        outputs: usize,
        side: usize,
        names: &[&str],
    ) -> NodeId {
        let (name, module) = (layer.name.clone(), layer.module.clone());
        let mut all = vec![name.as_str()];
        if module != name {
            all.push(&module);
        }
        all.extend(names);
        let kernel = Kernel::square(side).unpadded();
        self.push_convolution(input, layer, outputs, kernel, true, true, &all)
    }

    #[expect(clippy::too_many_arguments, reason = "private, and each is a property of the layer")]
    fn push_convolution(
        &mut self,
        input: NodeId,
        mut layer: Layer,
        outputs: usize,
        kernel: Kernel,
        bias: bool,
        dense: bool,
        names: &[&str],
    ) -> NodeId {
        layer.in_classifier = self.features.is_some();
        let inputs = self.channels[input];
        let convolution = Convolution { layer, inputs, outputs, kernel, bias, dense };
        self.push(Operation::Convolution(convolution), &[input], outputs, names)
    }

    /// A batch normalization. Its output can be read by the name of its module.
    pub fn batch_norm(&mut self, input: NodeId, layer: Layer, epsilon: f64) -> NodeId {
        let name = layer.module.clone();
        let node = self.inner_batch_norm(input, layer, epsilon);
        self.name(node, name);
        node
    }

    /// A batch normalization whose module goes on behind it, so that its output has no name.
    pub fn inner_batch_norm(&mut self, input: NodeId, mut layer: Layer, epsilon: f64) -> NodeId {
        layer.in_classifier = self.features.is_some();
        let channels = self.channels[input];
        let norm = BatchNorm { layer, channels, epsilon };
        self.push(Operation::BatchNorm(norm), &[input], channels, &[])
    }

    /// An operation without learned numbers on one input, which keeps the number of channels.
    pub fn apply(&mut self, operation: Operation, input: NodeId, names: &[&str]) -> NodeId {
        let channels = self.channels[input];
        self.push(operation, &[input], channels, names)
    }

    /// The maximum of each window.
    pub fn max_pool(&mut self, input: NodeId, window: Window, names: &[&str]) -> NodeId {
        self.apply(Operation::MaxPool(window), input, names)
    }

    /// The sum of two activations.
    pub fn add(&mut self, inputs: [NodeId; 2], names: &[&str]) -> NodeId {
        let channels = self.channels[inputs[0]];
        self.push(Operation::Add, &inputs, channels, names)
    }

    /// The channels of all inputs.
    pub fn concatenate(&mut self, inputs: &[NodeId], names: &[&str]) -> NodeId {
        let channels = inputs.iter().map(|&input| self.channels[input]).sum();
        self.push(Operation::Concatenate, inputs, channels, names)
    }

    /// Ends the part that features are usually taken from: what follows is the classifier.
    pub fn begin_classifier(&mut self) {
        self.features = Some(self.nodes.len() - 1);
    }

    /// Another name for a node's output.
    pub fn name(&mut self, node: NodeId, name: impl Into<String>) {
        self.nodes[node].names.push(name.into());
    }

    /// The graph as a backbone. Its classifier, if it has one, ends with its softmax.
    pub fn finish(
        self,
        name: impl Into<String>,
        side: usize,
        preset: impl Into<String>,
    ) -> Backbone {
        let last = self.nodes.len() - 1;
        Backbone {
            name: name.into(),
            features: self.features.unwrap_or(last),
            probabilities: self.features.map(|_| last),
            nodes: self.nodes,
            side,
            preset: preset.into(),
            auxiliary: Vec::new(),
        }
    }

    fn push(
        &mut self,
        operation: Operation,
        inputs: &[NodeId],
        channels: usize,
        names: &[&str],
    ) -> NodeId {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        self.nodes.push(Node { operation, inputs: inputs.to_vec(), names });
        self.channels.push(channels);
        self.nodes.len() - 1
    }
}
