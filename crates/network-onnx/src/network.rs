//! A network up to its taps.

use backbone::{Backbone, INPUT, NodeId, Tap, Weights};
use onnx::GraphBuilder;

use crate::operation::NetworkNode;
use crate::pixels::PixelInput;
use crate::pooling;

/// Adds the normalization of `pixels` u8 `[n, height, width, 3]`, the network as far as `taps` need it, and their poolings;
/// for each tap the name of its features, f32 `[n, n_features]`. The numbers of `weights` are borrowed.
///
/// # Panics
/// When nothing of the pixels reaches a tap, `weights` lack a tensor that is needed, or a tap stands there twice.
pub fn add_network<'w>(
    graph: &mut GraphBuilder<'w>,
    pixels: &str,
    input: &PixelInput,
    weights: &'w Weights,
    taps: &[Tap],
) -> Vec<String> {
    let backbone = weights.backbone();
    let last = taps.iter().map(|tap| tap.node).max().unwrap_or(0);
    let shapes = backbone.shapes(input.width, input.height, last);
    let shapes = shapes.expect("the length of the features was asked for");
    input.normalize(graph, pixels, &value(backbone, INPUT));
    let needed = backbone.needed(taps.iter().map(|tap| tap.node));
    for (id, node) in backbone.nodes.iter().enumerate().filter(|(id, _)| needed[*id]) {
        let inputs: Vec<String> = node.inputs.iter().map(|&input| value(backbone, input)).collect();
        NetworkNode {
            operation: &node.operation,
            inputs: inputs.iter().map(String::as_str).collect(),
            input_shape: shapes[node.inputs.first().copied().unwrap_or(INPUT)],
            name: &value(backbone, id),
            weights,
        }
        .add(graph);
    }
    let add = |tap: &Tap| {
        pooling::add(
            graph,
            &value(backbone, tap.node),
            shapes[tap.node],
            &tap.pooling,
            &tap.to_string(),
        )
    };
    taps.iter().map(add).collect()
}

/// The name of what a node gives.
fn value(backbone: &Backbone, node: NodeId) -> String {
    match backbone.nodes[node].names.first() {
        Some(name) => format!("network/{name}"),
        None => format!("network/node/{node}"),
    }
}
