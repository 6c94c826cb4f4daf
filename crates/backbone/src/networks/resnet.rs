//! The ResNets: He et al., "Deep Residual Learning for Image Recognition" (2016), table 1, as
//! torchvision has them, which puts the stride of a bottleneck into its 3x3 convolution (Keras, like
//! the paper, into the 1x1 before it: its weights are of another network).

use crate::builder::{Builder, INPUT};
use crate::graph::{Backbone, Kernel, Layer, NodeId, Operation, Window};

/// PyTorch's default.
const EPSILON: f64 = 1e-5;

/// All of them.
pub(super) fn family() -> [Backbone; 5] {
    [
        resnet("resnet18", Block::Basic, [2, 2, 2, 2]),
        resnet("resnet34", Block::Basic, [3, 4, 6, 3]),
        resnet("resnet50", Block::Bottleneck, [3, 4, 6, 3]),
        resnet("resnet101", Block::Bottleneck, [3, 4, 23, 3]),
        resnet("resnet152", Block::Bottleneck, [3, 8, 36, 3]),
    ]
}

/// The two kinds of residual block.
#[derive(Clone, Copy)]
enum Block {
    /// Two convolutions of 3x3.
    Basic,
    /// 1x1 to a quarter of the channels, 3x3, 1x1 back.
    Bottleneck,
}

/// A block's place: `layer1.0`, its channels and its stride.
struct Place<'a> {
    prefix: &'a str,
    /// Channels of the block's 3x3 convolutions.
    width: usize,
    stride: usize,
    /// Whether the shortcut needs a convolution of its own to fit.
    projects: bool,
}

fn resnet(name: &str, block: Block, n_blocks: [usize; 4]) -> Backbone {
    let mut graph = Builder::new();
    let kernel = Kernel::square(7).stride(2);
    let conv = graph.convolution(INPUT, Layer::of_module("conv1"), 64, kernel, false);
    let norm = graph.batch_norm(conv, Layer::of_module("bn1"), EPSILON);
    let relu = graph.apply(Operation::Relu, norm, &["relu"]);
    let window = Window { size: 3, stride: 2, padding: 1 };
    let mut node = graph.max_pool(relu, window, &["maxpool"]);
    for (stage, (count, width)) in (1..).zip(n_blocks.into_iter().zip([64, 128, 256, 512])) {
        for index in 0..count {
            let prefix = format!("layer{stage}.{index}");
            let stride = if index == 0 && stage > 1 { 2 } else { 1 };
            let projects = index == 0 && (stage > 1 || matches!(block, Block::Bottleneck));
            let place = Place { prefix: &prefix, width, stride, projects };
            node = residual(&mut graph, node, block, &place);
        }
        graph.name(node, format!("layer{stage}"));
    }
    graph.begin_classifier();
    node = graph.apply(Operation::GlobalAveragePool, node, &["avgpool"]);
    node = graph.dense(node, Layer::of_module("fc"), 1000, 1, &["logits"]);
    graph.apply(Operation::Softmax, node, &["probabilities"]);
    graph.finish(name, 224, "torchvision")
}

/// `relu(branch(x) + shortcut(x))`, called as its module; inside, names are those of torchvision's
/// `get_graph_node_names`.
fn residual(graph: &mut Builder, input: NodeId, block: Block, place: &Place<'_>) -> NodeId {
    let Place { prefix, width, stride, .. } = *place;
    let (kernels, outputs) = match block {
        Block::Basic => (vec![(3, stride, width), (3, 1, width)], width),
        Block::Bottleneck => {
            (vec![(1, 1, width), (3, stride, width), (1, 1, 4 * width)], 4 * width)
        }
    };
    let relu_name = |index: usize| match index {
        0 => format!("{prefix}.relu"),
        _ => format!("{prefix}.relu_{index}"),
    };
    let last = kernels.len() - 1;
    let mut branch = input;
    for (index, (size, stride, channels)) in kernels.into_iter().enumerate() {
        let number = index + 1;
        let layer = Layer::of_module(format!("{prefix}.conv{number}"));
        branch =
            graph.convolution(branch, layer, channels, Kernel::square(size).stride(stride), false);
        let layer = Layer::of_module(format!("{prefix}.bn{number}"));
        branch = graph.batch_norm(branch, layer, EPSILON);
        if index < last {
            branch = graph.apply(Operation::Relu, branch, &[&relu_name(index)]);
        }
    }
    let shortcut = if place.projects {
        let layer = Layer::of_module(format!("{prefix}.downsample.0"));
        let projected =
            graph.convolution(input, layer, outputs, Kernel::square(1).stride(stride), false);
        graph.batch_norm(projected, Layer::of_module(format!("{prefix}.downsample.1")), EPSILON)
    } else {
        input
    };
    let sum = graph.add([branch, shortcut], &[&format!("{prefix}.add")]);
    graph.apply(Operation::Relu, sum, &[prefix, &relu_name(last)])
}
