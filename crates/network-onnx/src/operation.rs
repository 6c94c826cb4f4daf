//! The operations of a network as nodes.

use backbone::{Kernel, Operation, Padding, Shape, Weights, Window};
use onnx::{AttributeProto, GraphBuilder};

/// A node of a network that is to be added to a graph.
pub(crate) struct NetworkNode<'n, 'w> {
    pub(crate) operation: &'n Operation,
    /// Names of the values that it takes, `[n, channels, height, width]`.
    pub(crate) inputs: Vec<&'n str>,
    /// The shape of the first of them.
    pub(crate) input_shape: Shape,
    /// What its output is to be called.
    pub(crate) name: &'n str,
    pub(crate) weights: &'w Weights,
}

impl<'w> NetworkNode<'_, 'w> {
    /// Adds the node.
    ///
    /// # Panics
    /// When the weights lack a tensor of the operation.
    pub(crate) fn add(&self, graph: &mut GraphBuilder<'w>) {
        let channels = || vec![AttributeProto::int("axis", 1)];
        match self.operation {
            // The normalized pixels are there already.
            Operation::Input { .. } => {}
            Operation::Convolution(convolution) => {
                let attributes = convolution_attributes(convolution.kernel, self.input_shape);
                self.learned(graph, "Conv", attributes);
            }
            Operation::BatchNorm(norm) => {
                let epsilon = AttributeProto::float("epsilon", norm.epsilon as f32);
                self.learned(graph, "BatchNormalization", vec![epsilon]);
            }
            Operation::Relu => self.plain(graph, "Relu", vec![]),
            Operation::Relu6 => self.relu6(graph),
            Operation::Softmax => self.plain(graph, "Softmax", channels()),
            Operation::MaxPool(window) => {
                self.plain(graph, "MaxPool", window_attributes(*window).to_vec());
            }
            Operation::AveragePool(window) => {
                let mut attributes = window_attributes(*window).to_vec();
                attributes.push(AttributeProto::int("count_include_pad", 1));
                self.plain(graph, "AveragePool", attributes);
            }
            Operation::GlobalAveragePool => self.plain(graph, "GlobalAveragePool", vec![]),
            Operation::Add => self.plain(graph, "Add", vec![]),
            Operation::Concatenate => self.plain(graph, "Concat", channels()),
        }
    }

    fn plain(&self, graph: &mut GraphBuilder<'w>, op_type: &str, attributes: Vec<AttributeProto>) {
        graph.node(op_type, &self.inputs, self.name, attributes);
    }

    /// Adds a node that takes the learned tensors of the operation, in their order, after its input.
    fn learned(
        &self,
        graph: &mut GraphBuilder<'w>,
        op_type: &str,
        attributes: Vec<AttributeProto>,
    ) {
        let add = |tensor_name: String| {
            let tensor = self.weights.tensor(&tensor_name);
            let tensor = tensor.expect("the weights were checked to hold all that is needed");
            graph.constant(&constant_name(&tensor_name), tensor.shape(), tensor.values())
        };
        let tensors: Vec<String> = self.operation.tensor_names().into_iter().map(add).collect();
        let tensors = tensors.iter().map(String::as_str);
        let inputs: Vec<&str> = self.inputs.iter().copied().chain(tensors).collect();
        graph.node(op_type, &inputs, self.name, attributes);
    }

    fn relu6(&self, graph: &mut GraphBuilder<'w>) {
        let lowest = graph.constant(&format!("{}/0", self.name), &[], vec![0.0_f32]);
        let highest = graph.constant(&format!("{}/6", self.name), &[], vec![6.0_f32]);
        graph.node("Clip", &[self.inputs[0], &lowest, &highest], self.name, vec![]);
    }
}

/// Constants and values of a graph share their names: those of a network have places of their own.
fn constant_name(tensor: &str) -> String {
    format!("weights/{tensor}")
}

fn convolution_attributes(kernel: Kernel, input: Shape) -> Vec<AttributeProto> {
    let Kernel { size, stride, padding, groups } = kernel;
    let pads = match padding {
        Padding::Zeros([rows, columns]) => [rows, columns, rows, columns],
        Padding::Same => {
            let [[top, bottom], [left, right]] = [(input.height, size[0]), (input.width, size[1])]
                .map(|(length, window)| same_padding(length, window, stride));
            [top, left, bottom, right]
        }
    };
    vec![
        ints("kernel_shape", size),
        ints("strides", [stride; 2]),
        ints("pads", pads),
        AttributeProto::int("group", groups as i64),
    ]
}

/// What TensorFlow's `SAME` adds before and behind a line of `length`.
fn same_padding(length: usize, window: usize, stride: usize) -> [usize; 2] {
    let n_outputs = length.div_ceil(stride);
    let total = ((n_outputs - 1) * stride + window).saturating_sub(length);
    [total / 2, total - total / 2]
}

fn window_attributes(Window { size, stride, padding }: Window) -> [AttributeProto; 3] {
    [ints("kernel_shape", [size; 2]), ints("strides", [stride; 2]), ints("pads", [padding; 4])]
}

fn ints<const N: usize>(name: &str, values: [usize; N]) -> AttributeProto {
    AttributeProto::ints(name, &values.map(|value| value as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_pixel_of_padding_comes_last() {
        assert_eq!(same_padding(224, 3, 2), [0, 1]);
        assert_eq!(same_padding(71, 3, 2), [1, 1]);
        assert_eq!(same_padding(7, 5, 1), [2, 2]);
        assert_eq!(same_padding(8, 1, 2), [0, 0]);
    }
}
