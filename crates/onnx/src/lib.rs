//! The messages of `onnx.proto` that this workspace writes (heads, and networks with them), by their field numbers,
//! a builder of graphs, and a reader of a model's constants and nodes (weights). Fields that are not listed here are
//! skipped when a model is read.
//!
//! ```
//! use onnx::{GraphProto, Message as _, ModelProto};
//!
//! let graph = GraphProto { name: "empty".to_owned(), ..GraphProto::default() };
//! let model = ModelProto { ir_version: 8, graph: Some(graph), ..ModelProto::default() };
//! assert_eq!(ModelProto::decode(&model.encode_to_vec()[..])?, model);
//! # Ok::<(), onnx::DecodeError>(())
//! ```

mod builder;
mod model;
mod node;
mod read;
mod wire;

pub use prost::{DecodeError, Message};

pub use self::builder::{GraphBuilder, Length};
pub use self::model::{MAX_MODEL_BYTES, Model};
pub use self::node::{Attribute, Node, nodes};
pub use self::read::{DamagedModel, Initializer, initializers, producer};

/// `TensorProto.DataType`: `f32`.
pub const FLOAT: i32 = 1;
/// `TensorProto.DataType`: `u8`.
pub const UINT8: i32 = 2;
/// `TensorProto.DataType`: `i64`.
pub const INT64: i32 = 7;
/// `TensorProto.DataType`: 16 bits of IEEE 754.
pub const FLOAT16: i32 = 10;
/// `TensorProto.DataType`: `f64`.
pub const DOUBLE: i32 = 11;
/// `TensorProto.DataType`: 16 bits of bfloat16.
pub const BFLOAT16: i32 = 16;
/// `TensorProto.DataLocation`: the values lie in another file.
pub const EXTERNAL: i32 = 1;
/// `AttributeProto.AttributeType`: one number with a fraction.
pub const NUMBER: i32 = 1;
/// `AttributeProto.AttributeType`: one integer.
pub const INT: i32 = 2;
/// `AttributeProto.AttributeType`: a list of integers.
pub const INTS: i32 = 7;

/// A model: a graph, and what it was written with.
#[derive(Clone, PartialEq, Message)]
pub struct ModelProto {
    /// Version of the file format.
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    /// The program that wrote the model.
    #[prost(string, tag = "2")]
    pub producer_name: String,
    /// The version of that program.
    #[prost(string, tag = "3")]
    pub producer_version: String,
    /// The graph.
    #[prost(message, optional, tag = "7")]
    pub graph: Option<GraphProto>,
    /// The sets of operators that the graph uses.
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSetIdProto>,
    /// Entries by key.
    #[prost(message, repeated, tag = "14")]
    pub metadata_props: Vec<StringStringEntryProto>,
}

/// A version of a set of operators.
#[derive(Clone, PartialEq, Message)]
pub struct OperatorSetIdProto {
    /// The set; empty for ONNX' own.
    #[prost(string, tag = "1")]
    pub domain: String,
    /// Its version.
    #[prost(int64, tag = "2")]
    pub version: i64,
}

/// A key and its value.
#[derive(Clone, PartialEq, Message)]
pub struct StringStringEntryProto {
    /// The key.
    #[prost(string, tag = "1")]
    pub key: String,
    /// The value.
    #[prost(string, tag = "2")]
    pub value: String,
}

/// Nodes, the constants that they use, and what goes in and out.
#[derive(Clone, PartialEq, Message)]
pub struct GraphProto {
    /// The nodes, each after those whose outputs it takes.
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<NodeProto>,
    /// What the graph is called.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Constants, among them the weights.
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<TensorProto>,
    /// The inputs.
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfoProto>,
    /// The outputs.
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfoProto>,
}

/// An operator applied to values.
#[derive(Clone, PartialEq, Message)]
pub struct NodeProto {
    /// Names of the values that it takes.
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    /// Names of the values that it gives.
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    /// What the node is called.
    #[prost(string, tag = "3")]
    pub name: String,
    /// The operator: `Gemm`.
    #[prost(string, tag = "4")]
    pub op_type: String,
    /// The operator's attributes.
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<AttributeProto>,
}

/// An attribute of an operator.
#[derive(Clone, PartialEq, Message)]
pub struct AttributeProto {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its value where [`NUMBER`] is its type.
    #[prost(float, optional, tag = "2")]
    pub f: Option<f32>,
    /// Its value where [`INT`] is its type.
    #[prost(int64, optional, tag = "3")]
    pub i: Option<i64>,
    /// Its values where [`INTS`] is its type.
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    /// The type of its value.
    #[prost(int32, tag = "20")]
    pub r#type: i32,
}

/// A named array.
#[derive(Clone, PartialEq, Message)]
pub struct TensorProto {
    /// The size of each dimension.
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    /// The type of its elements: [`FLOAT`], [`INT64`].
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    /// Its values where `raw_data` is empty and [`FLOAT`] its type.
    #[prost(float, repeated, tag = "4")]
    pub float_data: Vec<f32>,
    /// Its name.
    #[prost(string, tag = "8")]
    pub name: String,
    /// Its values, little-endian.
    #[prost(bytes = "vec", tag = "9")]
    pub raw_data: Vec<u8>,
    /// Whether its values lie here or, [`EXTERNAL`], in another file.
    #[prost(int32, tag = "14")]
    pub data_location: i32,
}

/// A named value, as input or output of a graph.
#[derive(Clone, PartialEq, Message)]
pub struct ValueInfoProto {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its type.
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<TypeProto>,
}

/// The type of a value.
#[derive(Clone, PartialEq, Message)]
pub struct TypeProto {
    /// That of a tensor; ONNX has others.
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

/// The type of a tensor: `TypeProto.Tensor`.
#[derive(Clone, PartialEq, Message)]
pub struct TensorType {
    /// The type of its elements: [`FLOAT`], [`INT64`].
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    /// The size of each dimension.
    #[prost(message, optional, tag = "2")]
    pub shape: Option<TensorShapeProto>,
}

/// The size of each dimension of a tensor.
#[derive(Clone, PartialEq, Message)]
pub struct TensorShapeProto {
    /// One for each dimension.
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// The size of a dimension: `dim_value` where it is known, otherwise a name.
#[derive(Clone, PartialEq, Message)]
pub struct Dimension {
    /// The size.
    #[prost(int64, optional, tag = "1")]
    pub dim_value: Option<i64>,
    /// The name of a size that is not known beforehand.
    #[prost(string, optional, tag = "2")]
    pub dim_param: Option<String>,
}
