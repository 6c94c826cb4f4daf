//! Reads the nodes of a model.

use crate::read::{DamagedModel, messages};
use crate::wire::{Fields, Value, varint};

/// The most numbers, inputs or attributes of a node that is read.
const MAX_PARTS: usize = 1024;

/// An operator of a model, as [`NodeProto`](crate::NodeProto) says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node<'a> {
    /// The operator: `Conv`.
    pub op_type: &'a str,
    /// Names of the values that it takes.
    pub inputs: Vec<&'a str>,
    /// Names of the values that it gives.
    pub outputs: Vec<&'a str>,
    /// Its attributes.
    pub attributes: Vec<Attribute<'a>>,
}

/// An attribute of an operator; of its values one is set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attribute<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value as a number with a fraction.
    pub float: f32,
    /// Its value as an integer.
    pub int: i64,
    /// Its value as integers.
    pub ints: Vec<i64>,
    /// Its value as text.
    pub text: &'a [u8],
}

impl Node<'_> {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'_>> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// Gives every node of the graph of a model to `take`, in the order of the file. Graphs within nodes are left out.
///
/// # Errors
/// The first error of `take`; [`DamagedModel`], after whatever was taken before.
pub fn nodes<'a, E: From<DamagedModel>>(
    model: &'a [u8],
    mut take: impl FnMut(Node<'a>) -> Result<(), E>,
) -> Result<(), E> {
    const NODE: u32 = 1;
    messages(model, NODE, |message| take(node(message)?))
}

fn node(message: &[u8]) -> Result<Node<'_>, DamagedModel> {
    let mut found = Node::default();
    for_each(message, |number, value| {
        match (number, value) {
            (1, Value::Bytes(name)) => found.inputs.push(text(name)?),
            (2, Value::Bytes(name)) => found.outputs.push(text(name)?),
            (4, Value::Bytes(name)) => found.op_type = text(name)?,
            (5, Value::Bytes(message)) => found.attributes.push(attribute(message).ok()?),
            (1 | 2 | 4 | 5, _) => return None,
            _ => {}
        }
        let n_parts = found.inputs.len() + found.outputs.len() + found.attributes.len();
        (n_parts <= MAX_PARTS).then_some(())
    })?;
    Ok(found)
}

fn attribute(message: &[u8]) -> Result<Attribute<'_>, DamagedModel> {
    let mut found = Attribute::default();
    for_each(message, |number, value| {
        match (number, value) {
            (1, Value::Bytes(name)) => found.name = text(name)?,
            (2, Value::Fixed32(value)) => found.float = f32::from_le_bytes(value),
            (3, Value::Number(value)) => found.int = value as i64,
            (4, Value::Bytes(value)) => found.text = value,
            (8, Value::Number(value)) => found.ints.push(value as i64),
            (8, Value::Bytes(mut packed)) => {
                while !packed.is_empty() && found.ints.len() <= MAX_PARTS {
                    found.ints.push(varint(&mut packed)? as i64);
                }
            }
            (1 | 2 | 3 | 4 | 8, _) => return None,
            _ => {}
        }
        (found.ints.len() <= MAX_PARTS).then_some(())
    })?;
    Ok(found)
}

/// Gives every field of a message to `take`, whose `None` means that there is no such field.
fn for_each<'a>(
    message: &'a [u8],
    mut take: impl FnMut(u32, Value<'a>) -> Option<()>,
) -> Result<(), DamagedModel> {
    let mut fields = Fields::new(message);
    loop {
        let damaged = DamagedModel { at: fields.offset() };
        let Some(field) = fields.next() else { return Ok(()) };
        let (number, value) = field?;
        take(number, value).ok_or(damaged)?;
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttributeProto, GraphProto, INT, INTS, Message as _, ModelProto, NodeProto};

    fn model() -> Vec<u8> {
        let int =
            AttributeProto { name: "group".into(), i: Some(2), r#type: INT, ..<_>::default() };
        let ints = AttributeProto {
            name: "pads".into(),
            ints: vec![1, -1],
            r#type: INTS,
            ..<_>::default()
        };
        let node = NodeProto {
            op_type: "Conv".into(),
            input: vec!["x".into(), "w".into()],
            output: vec!["y".into()],
            attribute: vec![int, ints],
            ..<_>::default()
        };
        let graph = GraphProto { node: vec![node, NodeProto::default()], ..<_>::default() };
        ModelProto { graph: Some(graph), ..<_>::default() }.encode_to_vec()
    }

    fn read(model: &[u8]) -> Result<Vec<Node<'_>>, DamagedModel> {
        let mut found = Vec::new();
        nodes(model, |node| {
            found.push(node);
            Ok::<(), DamagedModel>(())
        })?;
        Ok(found)
    }

    #[test]
    fn nodes_are_those_that_were_written() {
        let model = model();
        let found = read(&model).unwrap();
        assert_eq!((found.len(), found[0].op_type), (2, "Conv"));
        assert_eq!((&found[0].inputs[..], &found[0].outputs[..]), (&["x", "w"][..], &["y"][..]));
        assert_eq!(found[0].attribute("group").unwrap().int, 2);
        assert_eq!(found[0].attribute("pads").unwrap().ints, [1, -1]);
        assert_eq!((found[0].attribute("strides"), &found[1]), (None, &Node::default()));
    }

    #[test]
    fn a_model_that_is_cut_off_is_damaged() {
        let model = model();
        for len in 1..model.len() {
            assert!(read(&model[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn a_node_of_very_many_inputs_is_damaged() {
        let input = vec![String::new(); MAX_PARTS + 1];
        let node = vec![NodeProto { input, ..<_>::default() }];
        let graph = Some(GraphProto { node, ..<_>::default() });
        assert!(read(&ModelProto { graph, ..<_>::default() }.encode_to_vec()).is_err());
    }
}
