//! Inception v3: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2016),
//! as torchvision has it. (Keras' counts no padding in its average pools: its weights are of another
//! network.)
//!
//! torchvision's `transform_input` is no part of the graph. It turns an image that was normalized with
//! ImageNet's mean and deviation into one normalized with 0.5 and 0.5; torchvision does that whenever
//! it loads its published weights. So these weights expect images normalized with 0.5 and 0.5, and a
//! network that was trained from scratch without `transform_input` whatever it was trained with: it is
//! for the preset to say.

use crate::builder::{Builder, INPUT};
use crate::graph::{Backbone, Kernel, Layer, NodeId, Operation, Padding, Window};

const EPSILON: f64 = 1e-3;

/// 3x3, without padding, stride 2.
const HALVING: Kernel = Kernel::square(3).stride(2).unpadded();

/// The blocks are called as their modules: `Conv2d_1a_3x3`, `Mixed_5b`.
pub(super) fn inception_v3() -> Backbone {
    let mut builder = Builder::new();
    let graph = &mut builder;
    let window = Window { size: 3, stride: 2, padding: 0 };
    let one = Kernel::square(1);
    let mut node = conv(graph, INPUT, "Conv2d_1a_3x3", 32, HALVING);
    node = conv(graph, node, "Conv2d_2a_3x3", 32, Kernel::square(3).unpadded());
    node = conv(graph, node, "Conv2d_2b_3x3", 64, Kernel::square(3));
    node = graph.max_pool(node, window, &["maxpool1"]);
    node = conv(graph, node, "Conv2d_3b_1x1", 80, one);
    node = conv(graph, node, "Conv2d_4a_3x3", 192, Kernel::square(3).unpadded());
    node = graph.max_pool(node, window, &["maxpool2"]);
    for (name, pooled) in [("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)] {
        node = inception_a(&mut Block { graph, name, input: node }, pooled);
    }
    node = inception_b(&mut Block { graph, name: "Mixed_6a", input: node });
    for (name, width) in
        [("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)]
    {
        node = inception_c(&mut Block { graph, name, input: node }, width);
    }
    node = inception_d(&mut Block { graph, name: "Mixed_7a", input: node });
    for name in ["Mixed_7b", "Mixed_7c"] {
        node = inception_e(&mut Block { graph, name, input: node });
    }
    graph.begin_classifier();
    node = graph.apply(Operation::GlobalAveragePool, node, &["avgpool"]);
    node = graph.dense(node, Layer::of_module("fc"), 1000, 1, &["logits"]);
    graph.apply(Operation::Softmax, node, &["probabilities"]);
    let backbone = builder.finish("inception_v3", 299, "inception-v3");
    Backbone { auxiliary: vec!["AuxLogits".to_owned()], ..backbone }
}

/// A convolution without bias, its batch normalization and a ReLU: torchvision's `BasicConv2d`.
fn conv(graph: &mut Builder, input: NodeId, name: &str, outputs: usize, kernel: Kernel) -> NodeId {
    let layer = Layer::of_module(format!("{name}.conv"));
    let convolved = graph.convolution(input, layer, outputs, kernel, false);
    let normalized = graph.batch_norm(convolved, Layer::of_module(format!("{name}.bn")), EPSILON);
    graph.apply(Operation::Relu, normalized, &[name])
}

/// An inception module under construction.
struct Block<'a> {
    graph: &'a mut Builder,
    name: &'a str,
    input: NodeId,
}

impl Block<'_> {
    /// Convolutions one after the other, on the module's input.
    fn branch(&mut self, layers: &[(&str, usize, Kernel)]) -> NodeId {
        self.on(self.input, layers)
    }

    /// Convolutions one after the other, on `input`.
    fn on(&mut self, input: NodeId, layers: &[(&str, usize, Kernel)]) -> NodeId {
        layers.iter().fold(input, |node, &(name, outputs, kernel)| {
            conv(self.graph, node, &format!("{}.{name}", self.name), outputs, kernel)
        })
    }

    /// The mean of 3x3, then a convolution of 1x1.
    fn average_branch(&mut self, outputs: usize) -> NodeId {
        let window = Window { size: 3, stride: 1, padding: 1 };
        let name = format!("{}.avg_pool2d", self.name);
        let pooled = self.graph.apply(Operation::AveragePool(window), self.input, &[&name]);
        self.on(pooled, &[("branch_pool", outputs, Kernel::square(1))])
    }

    /// The maximum of 3x3 with stride 2.
    fn max_branch(&mut self) -> NodeId {
        let name = format!("{}.max_pool2d", self.name);
        self.graph.max_pool(self.input, Window { size: 3, stride: 2, padding: 0 }, &[&name])
    }

    fn join(&mut self, branches: &[NodeId]) -> NodeId {
        self.graph.concatenate(branches, &[self.name])
    }
}

/// A row of `length`, padded to keep the size.
const fn row(length: usize) -> Kernel {
    Kernel { size: [1, length], padding: Padding::Zeros([0, length / 2]), ..Kernel::square(1) }
}

/// A column of `length`, padded to keep the size.
const fn column(length: usize) -> Kernel {
    Kernel { size: [length, 1], padding: Padding::Zeros([length / 2, 0]), ..Kernel::square(1) }
}

fn inception_a(block: &mut Block<'_>, pooled: usize) -> NodeId {
    let (one, three, five) = (Kernel::square(1), Kernel::square(3), Kernel::square(5));
    let branches = [
        block.branch(&[("branch1x1", 64, one)]),
        block.branch(&[("branch5x5_1", 48, one), ("branch5x5_2", 64, five)]),
        block.branch(&[
            ("branch3x3dbl_1", 64, one),
            ("branch3x3dbl_2", 96, three),
            ("branch3x3dbl_3", 96, three),
        ]),
        block.average_branch(pooled),
    ];
    block.join(&branches)
}

fn inception_b(block: &mut Block<'_>) -> NodeId {
    let (one, three) = (Kernel::square(1), Kernel::square(3));
    let branches = [
        block.branch(&[("branch3x3", 384, HALVING)]),
        block.branch(&[
            ("branch3x3dbl_1", 64, one),
            ("branch3x3dbl_2", 96, three),
            ("branch3x3dbl_3", 96, HALVING),
        ]),
        block.max_branch(),
    ];
    block.join(&branches)
}

fn inception_c(block: &mut Block<'_>, width: usize) -> NodeId {
    let one = Kernel::square(1);
    let branches = [
        block.branch(&[("branch1x1", 192, one)]),
        block.branch(&[
            ("branch7x7_1", width, one),
            ("branch7x7_2", width, row(7)),
            ("branch7x7_3", 192, column(7)),
        ]),
        block.branch(&[
            ("branch7x7dbl_1", width, one),
            ("branch7x7dbl_2", width, column(7)),
            ("branch7x7dbl_3", width, row(7)),
            ("branch7x7dbl_4", width, column(7)),
            ("branch7x7dbl_5", 192, row(7)),
        ]),
        block.average_branch(192),
    ];
    block.join(&branches)
}

fn inception_d(block: &mut Block<'_>) -> NodeId {
    let one = Kernel::square(1);
    let branches = [
        block.branch(&[("branch3x3_1", 192, one), ("branch3x3_2", 320, HALVING)]),
        block.branch(&[
            ("branch7x7x3_1", 192, one),
            ("branch7x7x3_2", 192, row(7)),
            ("branch7x7x3_3", 192, column(7)),
            ("branch7x7x3_4", 192, HALVING),
        ]),
        block.max_branch(),
    ];
    block.join(&branches)
}

fn inception_e(block: &mut Block<'_>) -> NodeId {
    let (one, three) = (Kernel::square(1), Kernel::square(3));
    let single = block.branch(&[("branch1x1", 320, one)]);
    let forked = block.branch(&[("branch3x3_1", 384, one)]);
    let deep = block.branch(&[("branch3x3dbl_1", 448, one), ("branch3x3dbl_2", 384, three)]);
    let branches = [
        single,
        block.on(forked, &[("branch3x3_2a", 384, row(3))]),
        block.on(forked, &[("branch3x3_2b", 384, column(3))]),
        block.on(deep, &[("branch3x3dbl_3a", 384, row(3))]),
        block.on(deep, &[("branch3x3dbl_3b", 384, column(3))]),
        block.average_branch(192),
    ];
    block.join(&branches)
}
