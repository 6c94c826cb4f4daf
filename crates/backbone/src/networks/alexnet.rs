//! AlexNet as torchvision has it: Krizhevsky, "One weird trick for parallelizing convolutional neural
//! networks" (2014), on one tower.

use crate::builder::{Builder, INPUT};
use crate::graph::{Backbone, Kernel, Layer, Operation, Padding, Window};

/// `conv1` to `conv5` are what their ReLUs give; what those take is read by the names of torchvision's
/// modules. `fc6` is before its ReLU, `fc6_relu` behind it.
pub(super) fn alexnet() -> Backbone {
    let mut graph = Builder::new();
    let large = Kernel::square(11).stride(4).padding(Padding::Zeros([2; 2]));
    // Number, kernel, channels, module, and whether a pool follows.
    let convolutions = [
        (1, large, 64, 0, true),
        (2, Kernel::square(5), 192, 3, true),
        (3, Kernel::square(3), 384, 6, false),
        (4, Kernel::square(3), 256, 8, false),
        (5, Kernel::square(3), 256, 10, true),
    ];
    let mut node = INPUT;
    for (number, kernel, channels, module, pooled) in convolutions {
        let name = format!("conv{number}");
        let layer = Layer::new(&name, format!("features.{module}"));
        node = graph.convolution(node, layer, channels, kernel, true);
        let names = [name, format!("features.{}", module + 1)];
        node = graph.apply(Operation::Relu, node, &[&names[0], &names[1]]);
        if pooled {
            let names = [format!("pool{number}"), format!("features.{}", module + 2)];
            let window = Window { size: 3, stride: 2, padding: 0 };
            node = graph.max_pool(node, window, &[&names[0], &names[1]]);
        }
    }
    graph.begin_classifier();
    for (name, module, relu, side) in [("fc6", 1, 2, 6), ("fc7", 4, 5, 1)] {
        let layer = Layer::new(name, format!("classifier.{module}"));
        node = graph.dense(node, layer, 4096, side, &[]);
        let names = [format!("{name}_relu"), format!("classifier.{relu}")];
        node = graph.apply(Operation::Relu, node, &[&names[0], &names[1]]);
    }
    node = graph.dense(node, Layer::new("fc8", "classifier.6"), 1000, 1, &["logits"]);
    graph.apply(Operation::Softmax, node, &["probabilities"]);
    graph.finish("alexnet", 224, "torchvision")
}
