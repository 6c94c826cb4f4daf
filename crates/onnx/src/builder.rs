//! A graph that grows node by node.

use std::borrow::Cow;

use crate::model::{Constant, Model};
use crate::{
    AttributeProto, Dimension, GraphProto, INT, INT64, INTS, ModelProto, NUMBER, NodeProto,
    TensorProto, TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

/// A length of a value, known or that of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// The number of samples, which is not known beforehand: `n_samples`.
    Batch,
    /// So many.
    Known(usize),
}

/// Nodes and constants, in the order in which they were added. The numbers of constants may be borrowed, so that the
/// weights of a network are not copied.
///
/// # Examples
///
/// ```
/// use onnx::{FLOAT, GraphBuilder, Length, Message as _, ModelProto};
///
/// let mut graph = GraphBuilder::new("twice");
/// let x = graph.input("x", FLOAT, &[Length::Batch, Length::Known(3)]);
/// let two = graph.constant("two", &[], vec![2.0_f32]);
/// graph.node("Mul", &[&x, &two], "y", vec![]);
/// graph.output("y", FLOAT, &[Length::Batch, Length::Known(3)]);
/// let bytes = graph.model(ModelProto::default()).to_bytes();
/// assert_eq!(ModelProto::decode(&bytes[..])?.graph.unwrap().node[0].op_type, "Mul");
/// # Ok::<(), onnx::DecodeError>(())
/// ```
#[derive(Debug, Default)]
pub struct GraphBuilder<'a> {
    graph: GraphProto,
    constants: Vec<Constant<'a>>,
}

impl<'a> GraphBuilder<'a> {
    /// A graph named `name`.
    pub fn new(name: &str) -> Self {
        let graph = GraphProto { name: name.to_owned(), ..GraphProto::default() };
        Self { graph, constants: Vec::new() }
    }

    /// Declares an input; its name.
    pub fn input(&mut self, name: &str, elem_type: i32, shape: &[Length]) -> String {
        self.graph.input.push(value_info(name, elem_type, shape));
        name.to_owned()
    }

    /// Declares an output that a node has.
    pub fn output(&mut self, name: &str, elem_type: i32, shape: &[Length]) {
        self.graph.output.push(value_info(name, elem_type, shape));
    }

    /// Adds numbers in row-major order, `shape` empty for a single one; their name.
    ///
    /// # Panics
    /// When there are not as many numbers as `shape` asks for.
    pub fn constant(
        &mut self,
        name: &str,
        shape: &[usize],
        values: impl Into<Cow<'a, [f32]>>,
    ) -> String {
        let values = values.into();
        assert_eq!(shape.iter().product::<usize>(), values.len(), "a number for each place");
        self.constants.push(Constant { name: name.to_owned(), shape: shape.to_vec(), values });
        name.to_owned()
    }

    /// Adds a list of integers, such as indices; its name.
    pub fn integers(&mut self, name: &str, values: &[i64]) -> String {
        self.graph.initializer.push(TensorProto {
            dims: vec![values.len() as i64],
            data_type: INT64,
            name: name.to_owned(),
            raw_data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ..TensorProto::default()
        });
        name.to_owned()
    }

    /// Adds a node whose only output is called `output`, as the node is; that name.
    pub fn node(
        &mut self,
        op_type: &str,
        inputs: &[&str],
        output: &str,
        attributes: Vec<AttributeProto>,
    ) -> String {
        self.node_of_several(op_type, inputs, &[output], attributes);
        output.to_owned()
    }

    /// Adds a node of several outputs, which is called as the first.
    ///
    /// # Panics
    /// When there is no output.
    pub fn node_of_several(
        &mut self,
        op_type: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: Vec<AttributeProto>,
    ) {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        self.graph.node.push(NodeProto {
            input: owned(inputs),
            output: owned(outputs),
            name: outputs[0].to_owned(),
            op_type: op_type.to_owned(),
            attribute: attributes,
        });
    }

    /// The model of this graph, with all else that `about` says.
    pub fn model(self, about: ModelProto) -> Model<'a> {
        Model::new(about, self.graph, self.constants)
    }
}

impl AttributeProto {
    /// An attribute that is one integer.
    pub fn int(name: &str, value: i64) -> Self {
        Self { name: name.to_owned(), i: Some(value), r#type: INT, ..Self::default() }
    }

    /// An attribute that is a list of integers.
    pub fn ints(name: &str, values: &[i64]) -> Self {
        Self { name: name.to_owned(), ints: values.to_vec(), r#type: INTS, ..Self::default() }
    }

    /// An attribute that is a number.
    pub fn float(name: &str, value: f32) -> Self {
        Self { name: name.to_owned(), f: Some(value), r#type: NUMBER, ..Self::default() }
    }
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
