//! A graph that grows node by node.

use ndarray::ArrayView1;
use onnx::{
    AttributeProto, Dimension, FLOAT, GraphProto, INT, INTS, NodeProto, TensorProto,
    TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

/// A length that is known, or that of the batch.
#[derive(Clone, Copy)]
pub(super) enum Length {
    Batch,
    Known(usize),
}

/// Nodes and constants, in the order in which they were added.
#[derive(Default)]
pub(super) struct Graph(GraphProto);

impl Graph {
    /// A graph named `name`.
    pub(super) fn new(name: &str) -> Self {
        Self(GraphProto { name: name.to_owned(), ..GraphProto::default() })
    }

    /// Declares an input.
    pub(super) fn input(&mut self, name: &str, shape: &[Length]) -> String {
        self.0.input.push(value_info(name, FLOAT, shape));
        name.to_owned()
    }

    /// Declares an output that a node has.
    pub(super) fn output(&mut self, name: &str, elem_type: i32, shape: &[Length]) {
        self.0.output.push(value_info(name, elem_type, shape));
    }

    /// Adds f32 constants, `shape` empty for a single number.
    pub(super) fn constant<'a>(
        &mut self,
        name: &str,
        shape: &[usize],
        values: impl Iterator<Item = &'a f32>,
    ) -> String {
        self.0.initializer.push(TensorProto {
            dims: shape.iter().map(|&length| length as i64).collect(),
            data_type: FLOAT,
            name: name.to_owned(),
            raw_data: values.flat_map(|value| value.to_le_bytes()).collect(),
            ..TensorProto::default()
        });
        name.to_owned()
    }

    /// Adds a constant of one dimension.
    pub(super) fn vector(&mut self, name: &str, values: ArrayView1<'_, f32>) -> String {
        self.constant(name, &[values.len()], values.iter())
    }

    /// Adds a node whose only output is called `output`, as the node is.
    pub(super) fn node<const N: usize>(
        &mut self,
        op_type: &str,
        inputs: [&str; N],
        output: &str,
        attributes: Vec<AttributeProto>,
    ) -> String {
        self.0.node.push(NodeProto {
            input: inputs.map(str::to_owned).to_vec(),
            output: vec![output.to_owned()],
            name: output.to_owned(),
            op_type: op_type.to_owned(),
            attribute: attributes,
        });
        output.to_owned()
    }

    /// The message.
    pub(super) fn finish(self) -> GraphProto {
        self.0
    }
}

/// An attribute that is one integer.
pub(super) fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: name.to_owned(), i: Some(value), ints: Vec::new(), r#type: INT }
}

/// An attribute that is a list of integers.
pub(super) fn ints(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto { name: name.to_owned(), i: None, ints: values.to_vec(), r#type: INTS }
}

fn value_info(name: &str, elem_type: i32, shape: &[Length]) -> ValueInfoProto {
    let dimension = |length: &Length| match *length {
        Length::Batch => Dimension { dim_value: None, dim_param: Some("n_samples".to_owned()) },
        Length::Known(length) => Dimension { dim_value: Some(length as i64), dim_param: None },
    };
    let shape = TensorShapeProto { dim: shape.iter().map(dimension).collect() };
    let tensor_type = Some(TensorType { elem_type, shape: Some(shape) });
    ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type }) }
}
