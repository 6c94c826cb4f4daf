//! The table of layers, as Keras' `model.summary()` prints it.

use super::graph::{Backbone, Convolution, Node, NodeId, Operation};
use super::parameters::Parameter;
use super::shapes::{Shape, TooSmall};

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// The layer: Keras' name for it where Keras has one.
    pub name: String,
    /// Keras' class for what it does: `Conv2D`.
    pub kind: &'static str,
    /// Shape of its output without the number of images: `[height, width, channels]`, or
    /// `[channels]` once there are no more positions.
    pub shape: Vec<usize>,
    /// Learned numbers, running means and variances included.
    pub n_parameters: usize,
}

/// The table of `backbone` for images of `width` x `height` pixels, with its classifier or without.
///
/// Activations that Keras writes into the layer before have no row. A fully connected layer is a
/// `Dense` where it gives one vector, and a `Conv2D` where the image is so large that it gives more.
///
/// # Errors
/// [`TooSmall`] when nothing is left of such images.
///
/// # Examples
/// ```
/// use backbone::{Backbone, summary};
///
/// let vgg16 = Backbone::named("vgg16")?;
/// let rows = summary(&vgg16, 224, 224, false).expect("it was trained with these");
/// assert_eq!((rows[1].name.as_str(), rows[1].n_parameters), ("block1_conv1", 1792));
/// # Ok::<(), backbone::UnknownBackbone>(())
/// ```
pub fn summary(
    backbone: &Backbone,
    width: usize,
    height: usize,
    with_classifier: bool,
) -> Result<Vec<SummaryRow>, TooSmall> {
    let last = if with_classifier { backbone.nodes.len() - 1 } else { backbone.features };
    let shapes = backbone.shapes(width, height, last)?;
    let mut rows: Vec<SummaryRow> = Vec::new();
    let mut is_vector = vec![false; last + 1];
    for (id, node) in backbone.nodes[..=last].iter().enumerate() {
        is_vector[id] = gives_vector(node, shapes[id], &is_vector);
        if is_part_of_a_row(node, &rows) {
            continue;
        }
        let kind = kind(&node.operation, is_vector[id]);
        if kind == "Dense" {
            rows.extend(flatten(node.inputs[0], &shapes));
        }
        let Shape { channels, height, width } = shapes[id];
        rows.push(SummaryRow {
            name: name(node),
            kind,
            shape: if is_vector[id] { vec![channels] } else { vec![height, width, channels] },
            n_parameters: node.operation.parameters().iter().map(Parameter::len).sum(),
        });
    }
    Ok(rows)
}

/// Whether a node's output is one vector, rather than a map that happens to be 1x1.
fn gives_vector(node: &Node, shape: Shape, is_vector: &[bool]) -> bool {
    match &node.operation {
        Operation::GlobalAveragePool => true,
        Operation::Convolution(Convolution { dense: true, .. }) => {
            (shape.height, shape.width) == (1, 1)
        }
        Operation::Relu | Operation::Relu6 | Operation::Softmax => is_vector[node.inputs[0]],
        _ => false,
    }
}

/// Whether a node is an activation by whose name a layer is called already.
fn is_part_of_a_row(node: &Node, rows: &[SummaryRow]) -> bool {
    let is_activation =
        matches!(node.operation, Operation::Relu | Operation::Relu6 | Operation::Softmax);
    is_activation && rows.iter().any(|row| node.names.contains(&row.name))
}

/// The row that Keras needs before a fully connected layer on a map.
fn flatten(input: NodeId, shapes: &[Shape]) -> Option<SummaryRow> {
    let Shape { channels, height, width } = shapes[input];
    (height * width > 1).then(|| SummaryRow {
        name: "flatten".to_owned(),
        kind: "Flatten",
        shape: vec![height * width * channels],
        n_parameters: 0,
    })
}

fn name(node: &Node) -> String {
    match (node.operation.layer(), &node.operation) {
        (Some(layer), _) => layer.keras.as_ref().unwrap_or(&layer.name).clone(),
        (None, Operation::Input { .. }) => "input_layer".to_owned(),
        (None, _) => node.names.first().cloned().unwrap_or_default(),
    }
}

fn kind(operation: &Operation, is_vector: bool) -> &'static str {
    match operation {
        Operation::Input { .. } => "InputLayer",
        Operation::Convolution(convolution) if convolution.dense && is_vector => "Dense",
        Operation::Convolution(convolution) => match convolution.kernel.groups {
            1 => "Conv2D",
            _ => "DepthwiseConv2D",
        },
        Operation::BatchNorm(_) => "BatchNormalization",
        Operation::Relu | Operation::Relu6 => "ReLU",
        Operation::Softmax => "Softmax",
        Operation::MaxPool(_) => "MaxPooling2D",
        Operation::AveragePool(_) => "AveragePooling2D",
        Operation::GlobalAveragePool => "GlobalAveragePooling2D",
        Operation::Add => "Add",
        Operation::Concatenate => "Concatenate",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(with_classifier: bool) -> usize {
        let vgg16 = Backbone::named("vgg16").unwrap();
        let rows = summary(&vgg16, 224, 224, with_classifier).unwrap();
        rows.iter().map(|row| row.n_parameters).sum()
    }

    #[test]
    fn vgg16_has_the_number_of_parameters_that_keras_prints() {
        assert_eq!((total(false), total(true)), (14_714_688, 138_357_544));
    }

    #[test]
    fn on_larger_images_fully_connected_layers_are_convolutions() {
        let rows = summary(&Backbone::named("vgg16").unwrap(), 256, 288, true).unwrap();
        let row = rows.iter().find(|row| row.name == "fc1").unwrap();
        assert_eq!((row.kind, &row.shape[..]), ("Conv2D", &[3, 2, 4096][..]));
        assert!(rows.iter().all(|row| row.kind != "Flatten"));
    }

    #[test]
    fn every_row_of_every_backbone_has_a_name() {
        for backbone in crate::backbones() {
            let rows = summary(backbone, backbone.side, backbone.side, true).unwrap();
            assert!(rows.iter().all(|row| !row.name.is_empty()), "{}", backbone.name);
            let learned: usize = rows.iter().map(|row| row.n_parameters).sum();
            let expected: usize = backbone.parameters().map(|(_, p)| p.len()).sum();
            assert_eq!(learned, expected, "{}", backbone.name);
        }
    }
}
