//! MobileNetV2: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), table
//! 2, as torchvision has it. (Keras pads on one side only, with another epsilon: its weights are of
//! another network.)

use crate::builder::{Builder, INPUT};
use crate::graph::{Backbone, Kernel, Layer, NodeId, Operation};

/// PyTorch's default.
const EPSILON: f64 = 1e-5;

/// Expansion, channels, repetitions, stride of the first.
const STAGES: [[usize; 4]; 7] = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
];

/// The blocks are called as their modules, `features.0` to `features.18`.
pub(super) fn mobilenet_v2() -> Backbone {
    let mut graph = Builder::new();
    let kernel = Kernel::square(3).stride(2);
    let mut node = activated(&mut graph, INPUT, "features.0", 32, kernel);
    let (mut module, mut inputs) = (1, 32);
    for [expansion, outputs, count, first_stride] in STAGES {
        for index in 0..count {
            let stride = if index == 0 { first_stride } else { 1 };
            let prefix = format!("features.{module}");
            let block = Inverted { prefix: &prefix, inputs, outputs, expansion, stride };
            node = inverted_residual(&mut graph, node, &block);
            (module, inputs) = (module + 1, outputs);
        }
    }
    node = activated(&mut graph, node, "features.18", 1280, Kernel::square(1));
    graph.begin_classifier();
    node = graph.apply(Operation::GlobalAveragePool, node, &["avgpool"]);
    node = graph.dense(node, Layer::of_module("classifier.1"), 1000, 1, &["logits"]);
    graph.apply(Operation::Softmax, node, &["probabilities"]);
    graph.finish("mobilenet_v2", 224, "torchvision")
}

struct Inverted<'a> {
    prefix: &'a str,
    inputs: usize,
    outputs: usize,
    expansion: usize,
    stride: usize,
}

/// 1x1 to more channels, 3x3 channel by channel, 1x1 to few channels without activation; added to
/// its input where the shapes agree.
fn inverted_residual(graph: &mut Builder, input: NodeId, block: &Inverted<'_>) -> NodeId {
    let &Inverted { prefix, inputs, outputs, expansion, stride } = block;
    let hidden = inputs * expansion;
    let (mut node, mut part) = (input, 0);
    if expansion != 1 {
        node = activated(graph, node, &format!("{prefix}.conv.0"), hidden, Kernel::square(1));
        part = 1;
    }
    let depthwise = Kernel::square(3).stride(stride).groups(hidden);
    node = activated(graph, node, &format!("{prefix}.conv.{part}"), hidden, depthwise);
    let layer = Layer::of_module(format!("{prefix}.conv.{}", part + 1));
    node = graph.convolution(node, layer, outputs, Kernel::square(1), false);
    let layer = Layer::of_module(format!("{prefix}.conv.{}", part + 2));
    node = graph.batch_norm(node, layer, EPSILON);
    if stride == 1 && inputs == outputs {
        graph.add([input, node], &[prefix])
    } else {
        graph.name(node, prefix);
        node
    }
}

/// Convolution, batch normalization and ReLU6; the output is called `module`.
fn activated(
    graph: &mut Builder,
    input: NodeId,
    module: &str,
    outputs: usize,
    kernel: Kernel,
) -> NodeId {
    let layer = Layer::of_module(format!("{module}.0"));
    let convolved = graph.convolution(input, layer, outputs, kernel, false);
    let normalized = graph.batch_norm(convolved, Layer::of_module(format!("{module}.1")), EPSILON);
    graph.apply(Operation::Relu6, normalized, &[module, &format!("{module}.2")])
}
