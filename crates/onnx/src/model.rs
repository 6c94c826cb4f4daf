//! A model that is written without a copy of its numbers.

use std::borrow::Cow;
use std::io::{self, Write};

use prost::{Message as _, encode_length_delimiter, length_delimiter_len};

use crate::{FLOAT, GraphProto, ModelProto, TensorProto};

/// The most bytes of a model: readers of protocol buffers count in signed 32 bits.
pub const MAX_MODEL_BYTES: usize = i32::MAX as usize;

// What the fields of a message begin with: the number of the field, and that a length follows.
const MODEL_GRAPH: u8 = 7 << 3 | 2;
const GRAPH_INITIALIZER: u8 = 5 << 3 | 2;
const TENSOR_RAW_DATA: u8 = 9 << 3 | 2;

/// A named array of numbers.
#[derive(Debug)]
pub(crate) struct Constant<'a> {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Cow<'a, [f32]>,
}

/// A model, whose constants may be borrowed: what a [`GraphBuilder`](crate::GraphBuilder) ends as.
#[derive(Debug)]
pub struct Model<'a> {
    /// The model without its graph, encoded.
    about: Vec<u8>,
    /// The graph without `constants`, encoded.
    graph: Vec<u8>,
    constants: Vec<EncodedConstant<'a>>,
}

/// A constant on its way into a file.
#[derive(Debug)]
struct EncodedConstant<'a> {
    /// The message without its numbers, encoded.
    about: Vec<u8>,
    values: Cow<'a, [f32]>,
}

impl<'a> Model<'a> {
    pub(crate) fn new(about: ModelProto, graph: GraphProto, constants: Vec<Constant<'a>>) -> Self {
        Self {
            about: about.encode_to_vec(),
            graph: graph.encode_to_vec(),
            constants: constants.into_iter().map(EncodedConstant::new).collect(),
        }
    }

    /// Length of the file.
    pub fn n_bytes(&self) -> usize {
        self.about.len() + field_len(self.graph_len())
    }

    fn graph_len(&self) -> usize {
        let constants = self.constants.iter().map(|constant| field_len(constant.len()));
        self.graph.len() + constants.sum::<usize>()
    }

    /// Writes the file. The order of fields is free, so that the constants come last.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.about)?;
        begin_field(out, MODEL_GRAPH, self.graph_len())?;
        out.write_all(&self.graph)?;
        for constant in &self.constants {
            begin_field(out, GRAPH_INITIALIZER, constant.len())?;
            constant.write(out)?;
        }
        Ok(())
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.n_bytes());
        self.write(&mut bytes).expect("memory takes all bytes");
        bytes
    }
}

impl<'a> EncodedConstant<'a> {
    fn new(Constant { name, shape, values }: Constant<'a>) -> Self {
        let about = TensorProto {
            dims: shape.iter().map(|&length| length as i64).collect(),
            data_type: FLOAT,
            name,
            ..TensorProto::default()
        };
        Self { about: about.encode_to_vec(), values }
    }

    fn raw_len(&self) -> usize {
        size_of::<f32>() * self.values.len()
    }

    fn len(&self) -> usize {
        self.about.len() + field_len(self.raw_len())
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        const VALUES_AT_ONCE: usize = 1 << 14;
        out.write_all(&self.about)?;
        begin_field(out, TENSOR_RAW_DATA, self.raw_len())?;
        for values in self.values.chunks(VALUES_AT_ONCE) {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            out.write_all(&bytes)?;
        }
        Ok(())
    }
}

/// Length of a field of so many bytes, with what it begins with.
fn field_len(len: usize) -> usize {
    1 + length_delimiter_len(len) + len
}

fn begin_field(out: &mut impl Write, key: u8, len: usize) -> io::Result<()> {
    let mut bytes = vec![key];
    encode_length_delimiter(len, &mut bytes).expect("a vector grows");
    out.write_all(&bytes)
}

#[cfg(test)]
mod tests {
    use crate::{AttributeProto, FLOAT, GraphBuilder, Length, Message as _, ModelProto};

    /// What is put together by hand is what the messages are encoded as.
    #[test]
    fn the_bytes_are_a_model_with_all_that_was_added() {
        let weights = vec![1.5_f32; 40_000];
        let mut graph = GraphBuilder::new("graph");
        let x = graph.input("x", FLOAT, &[Length::Batch, Length::Known(200)]);
        let large = graph.constant("large", &[200, 200], &weights);
        let axes = graph.integers("axes", &[1, -1]);
        let one = graph.constant("one", &[], vec![-2.0_f32]);
        let product = graph.node("Gemm", &[&x, &large], "p", vec![AttributeProto::int("a", 1)]);
        graph.node("Clip", &[&product, &one], "y", vec![AttributeProto::float("b", 0.5)]);
        graph.node_of_several("Split", &["y", &axes], &["z", "w"], vec![]);
        graph.output("y", FLOAT, &[Length::Batch]);
        let about = ModelProto { ir_version: 8, producer_name: "p".into(), ..<_>::default() };
        let model = graph.model(about.clone());
        let bytes = model.to_bytes();
        assert_eq!(bytes.len(), model.n_bytes());

        let mut read = ModelProto::decode(&bytes[..]).unwrap();
        let graph = read.graph.take().unwrap();
        assert_eq!(read, about);
        assert_eq!((graph.node.len(), graph.input.len(), graph.output.len()), (3, 1, 1));
        assert_eq!(graph.node[1].attribute[0].f, Some(0.5));
        assert_eq!(graph.node[2].output, ["z", "w"]);
        let names: Vec<_> = graph.initializer.iter().map(|tensor| &tensor.name[..]).collect();
        assert_eq!(names, ["axes", "large", "one"]);
        assert_eq!(graph.initializer[0].raw_data[8..], (-1_i64).to_le_bytes());
        assert_eq!(graph.initializer[1].dims, [200, 200]);
        assert_eq!(graph.initializer[1].raw_data, 1.5_f32.to_le_bytes().repeat(40_000));
        assert_eq!(graph.initializer[2].raw_data, (-2.0_f32).to_le_bytes());
    }
}
