//! The VGG family: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
//! Recognition" (2015), table 1, configurations A, B, D and E; with batch normalization as torchvision
//! has it.

use crate::builder::{Builder, INPUT};
use crate::graph::{Backbone, Kernel, Layer, Operation, Window};

/// Channels of the five blocks.
const CHANNELS: [usize; 5] = [64, 128, 256, 512, 512];

/// PyTorch's default.
const EPSILON: f64 = 1e-5;

/// All of them; `_bn` are those with batch normalization.
pub(super) fn family() -> [Backbone; 8] {
    [
        vgg("vgg11", [1, 1, 2, 2, 2], false),
        vgg("vgg11_bn", [1, 1, 2, 2, 2], true),
        vgg("vgg13", [2, 2, 2, 2, 2], false),
        vgg("vgg13_bn", [2, 2, 2, 2, 2], true),
        vgg("vgg16", [2, 2, 3, 3, 3], false),
        vgg("vgg16_bn", [2, 2, 3, 3, 3], true),
        vgg("vgg19", [2, 2, 4, 4, 4], false),
        vgg("vgg19_bn", [2, 2, 4, 4, 4], true),
    ]
}

/// Five blocks of so many convolutions of 3x3, each followed by a ReLU, and each block by a maximum of
/// 2x2; then three fully connected layers.
///
/// As in Keras, `block1_conv1` is what the ReLU gives; what it takes is read by the names of
/// torchvision's modules. `fc6` is before its ReLU, `fc6_relu` (Keras' `fc1`) behind it.
fn vgg(name: &str, blocks: [usize; 5], batch_norm: bool) -> Backbone {
    let mut graph = Builder::new();
    let (mut node, mut module) = (INPUT, 0);
    let mut next_module = || {
        module += 1;
        format!("features.{}", module - 1)
    };
    for (block, (n_convolutions, channels)) in (1..).zip(blocks.into_iter().zip(CHANNELS)) {
        for convolution in 1..=n_convolutions {
            let name = format!("block{block}_conv{convolution}");
            let mut layer = Layer::new(&name, next_module());
            if !batch_norm {
                layer = layer.keras(&name);
            }
            node = graph.convolution(node, layer, channels, Kernel::square(3), true);
            if batch_norm {
                let layer = Layer::new(format!("{name}_bn"), next_module());
                node = graph.batch_norm(node, layer, EPSILON);
            }
            node = graph.apply(Operation::Relu, node, &[&name, &next_module()]);
        }
        let window = Window { size: 2, stride: 2, padding: 0 };
        node = graph.max_pool(node, window, &[&format!("block{block}_pool"), &next_module()]);
    }
    graph.begin_classifier();
    for (name, keras, module, relu, side) in [("fc6", "fc1", 0, 1, 7), ("fc7", "fc2", 3, 4, 1)] {
        let layer = Layer::new(name, format!("classifier.{module}")).keras(keras);
        node = graph.dense(node, layer, 4096, side, &[]);
        let names = [format!("{name}_relu"), format!("classifier.{relu}")];
        node = graph.apply(Operation::Relu, node, &[&names[0], keras, &names[1]]);
    }
    let layer = Layer::new("fc8", "classifier.6").keras("predictions");
    node = graph.dense(node, layer, 1000, 1, &["logits"]);
    graph.apply(Operation::Softmax, node, &["probabilities", "predictions"]);
    graph.finish(name, 224, "torchvision")
}
