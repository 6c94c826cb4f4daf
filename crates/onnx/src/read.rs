//! Reads the constants and nodes of a model out of its bytes, without building the messages around them.
//!
//! A message that is empty takes two bytes in a file and a hundred in memory: a model is decoded as a whole
//! only when it is known who wrote it. Here memory is that of one constant, or one node, at a time.

use crate::wire::{Fields, Value};

/// The most dimensions of a constant that is read.
const MAX_DIMENSIONS: usize = 64;

/// Why the bytes are no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("byte {at} begins no field of a model")]
pub struct DamagedModel {
    /// Where the field begins that cannot be read, from the start of the message that it is in.
    pub at: usize,
}

/// A constant of a model, as [`TensorProto`](crate::TensorProto) says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Initializer<'a> {
    /// Its name.
    pub name: &'a str,
    /// The size of each dimension.
    pub dims: Vec<i64>,
    /// The type of its elements: [`FLOAT`](crate::FLOAT), [`INT64`](crate::INT64).
    pub data_type: i32,
    /// Whether its values lie here or, [`EXTERNAL`](crate::EXTERNAL), in another file.
    pub data_location: i32,
    /// Its values, little-endian.
    pub raw_data: &'a [u8],
    /// Its values where `raw_data` is empty and [`FLOAT`](crate::FLOAT) its type.
    pub float_data: Vec<f32>,
}

/// Gives every constant of the graph of a model to `take`, in the order of the file.
///
/// # Errors
/// The first error of `take`; [`DamagedModel`], after whatever was taken before.
pub fn initializers<'a, E: From<DamagedModel>>(
    model: &'a [u8],
    mut take: impl FnMut(Initializer<'a>) -> Result<(), E>,
) -> Result<(), E> {
    const INITIALIZER: u32 = 5;
    messages(model, INITIALIZER, |tensor| take(initializer(tensor)?))
}

/// Gives every message in that field of the graph of a model to `take`.
pub(crate) fn messages<'a, E: From<DamagedModel>>(
    model: &'a [u8],
    of_field: u32,
    mut take: impl FnMut(&'a [u8]) -> Result<(), E>,
) -> Result<(), E> {
    const GRAPH: u32 = 7;
    for field in Fields::new(model) {
        let (GRAPH, Value::Bytes(graph)) = field? else { continue };
        for field in Fields::new(graph) {
            if let (number, Value::Bytes(message)) = field?
                && number == of_field
            {
                take(message)?;
            }
        }
    }
    Ok(())
}

/// The name of the program that wrote a model; empty where it does not say.
pub fn producer(model: &[u8]) -> &str {
    const PRODUCER: u32 = 2;
    let named = |field| match field {
        Ok((PRODUCER, Value::Bytes(name))) => std::str::from_utf8(name).ok(),
        _ => None,
    };
    Fields::new(model).find_map(named).unwrap_or_default()
}

fn initializer(tensor: &[u8]) -> Result<Initializer<'_>, DamagedModel> {
    let mut found = Initializer::default();
    let mut fields = Fields::new(tensor);
    loop {
        let damaged = DamagedModel { at: fields.offset() };
        let Some(field) = fields.next() else { return Ok(found) };
        match field? {
            (1, Value::Number(size)) => found.dims.push(size as i64),
            // Numbers may be packed, one behind the other.
            (1, Value::Bytes(mut packed)) => {
                while !packed.is_empty() && found.dims.len() <= MAX_DIMENSIONS {
                    found.dims.push(crate::wire::varint(&mut packed).ok_or(damaged)? as i64);
                }
            }
            (2, Value::Number(data_type)) => found.data_type = data_type as i32,
            (4, Value::Fixed32(value)) => found.float_data.push(f32::from_le_bytes(value)),
            (4, Value::Bytes(packed)) => {
                let (values, []) = packed.as_chunks() else { return Err(damaged) };
                found.float_data.extend(values.iter().map(|&value| f32::from_le_bytes(value)));
            }
            (8, Value::Bytes(name)) => {
                found.name = std::str::from_utf8(name).map_err(|_| damaged)?;
            }
            (9, Value::Bytes(raw)) => found.raw_data = raw,
            (14, Value::Number(location)) => found.data_location = location as i32,
            (1 | 2 | 4 | 8 | 9 | 14, _) => return Err(damaged),
            _ => {}
        }
        if found.dims.len() > MAX_DIMENSIONS {
            return Err(damaged);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FLOAT, GraphProto, Message as _, ModelProto, NodeProto, TensorProto};

    fn read(model: &[u8]) -> Result<Vec<Initializer<'_>>, DamagedModel> {
        let mut found = Vec::new();
        initializers(model, |tensor| {
            found.push(tensor);
            Ok(())
        })
        .map(|()| found)
    }

    fn model() -> ModelProto {
        let raw = TensorProto {
            dims: vec![2, -1],
            data_type: FLOAT,
            name: "raw".to_owned(),
            raw_data: vec![1, 2, 3, 4],
            data_location: 1,
            ..TensorProto::default()
        };
        let floats = TensorProto { float_data: vec![1.5, -2.0], ..raw.clone() };
        let node = NodeProto { input: vec!["raw".to_owned()], ..NodeProto::default() };
        let graph =
            GraphProto { node: vec![node], initializer: vec![raw, floats], ..Default::default() };
        let producer_name = "a program".to_owned();
        ModelProto { ir_version: 8, producer_name, graph: Some(graph), ..ModelProto::default() }
    }

    #[test]
    fn constants_are_those_that_the_decoder_finds() {
        let model = model();
        let bytes = model.encode_to_vec();
        let found = read(&bytes).unwrap();
        let expected = &model.graph.as_ref().unwrap().initializer;
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!((found.name, &found.dims), (&expected.name[..], &expected.dims));
            assert_eq!((found.data_type, found.data_location), (FLOAT, 1));
            assert_eq!(found.raw_data, expected.raw_data);
            assert_eq!(found.float_data, expected.float_data);
        }
        assert_eq!(read(&[]), Ok(vec![]));
        assert_eq!((producer(&bytes), producer(&[])), ("a program", ""));
    }

    #[test]
    fn sizes_may_be_packed_and_values_may_not_be() {
        // Field 7, in it field 5, in it: dimensions 1 and 300; and 1.0 by itself.
        let tensor = [0x0a, 3, 1, 0xac, 2, 0x25, 0, 0, 0x80, 0x3f];
        let model = [&[0x3a, 12, 0x2a, 10][..], &tensor].concat();
        let found = read(&model).unwrap();
        assert_eq!((&found[0].dims[..], &found[0].float_data[..]), (&[1, 300][..], &[1.0][..]));
    }

    #[test]
    fn a_model_that_is_cut_off_is_damaged_or_shorter() {
        let bytes = model().encode_to_vec();
        // The version of the format comes first, then the program.
        for len in [2, 13] {
            assert_eq!(read(&bytes[..len]), Ok(vec![]));
        }
        for len in (3..bytes.len()).filter(|&len| len != 13) {
            assert!(read(&bytes[..len]).is_err(), "{len}");
        }
        let message = read(&bytes[..3]).unwrap_err().to_string();
        assert_eq!(message, "byte 2 begins no field of a model");
    }

    #[test]
    fn a_constant_of_very_many_dimensions_is_damaged() {
        let dims = vec![1; MAX_DIMENSIONS + 1];
        let initializer = vec![TensorProto { dims, ..TensorProto::default() }];
        let graph = Some(GraphProto { initializer, ..GraphProto::default() });
        let bytes = ModelProto { graph, ..ModelProto::default() }.encode_to_vec();
        assert!(read(&bytes).is_err());
    }
}
