//! Reads the initializers of an ONNX model, and how its layers hang together.
//!
//! A model is a whole program with constants of its own and often another head. Its layers are found by the names of
//! their initializers, or else by the graph ([`super::fitting`]).

use std::collections::HashMap;

use backbone::weights::TensorError;
use onnx::{BFLOAT16, DOUBLE, EXTERNAL, FLOAT, FLOAT16, Initializer, Node, initializers, nodes};

use super::container::{Container, Listed, Listing, Order, Writer};
use super::error::SourceError;
use super::graph::{
    ADD, CONCATENATE, GraphLayer, Input, LayerKind, MEAN, RECTIFY, RECTIFY_6, SOFTMAX, Slide,
    average_pool, max_pool,
};
use super::limits::{GRAPH_INPUTS, TENSORS};
use super::numbers::{Float, Numbers};

/// The bytes of a model.
pub(super) struct OnnxModel {
    bytes: Vec<u8>,
}

impl OnnxModel {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

impl Container for OnnxModel {
    fn list(&mut self) -> Result<Listing, SourceError> {
        let mut tensors = Vec::new();
        initializers(&self.bytes, |tensor| {
            if tensors.len() == TENSORS {
                return Err(SourceError::Tensors { limit: TENSORS });
            }
            tensors.push(listed(&tensor));
            Ok(())
        })?;
        let writer = match onnx::producer(&self.bytes) {
            "pytorch" => Writer::PyTorch,
            _ => Writer::Unknown,
        };
        let graph = GraphReader::read(&self.bytes, &tensors)?;
        Ok(Listing { tensors, order: Order::OfLayers, writer, graph })
    }

    fn values(&mut self, index: usize, _shape: &[usize]) -> Result<Numbers, SourceError> {
        let (mut at, mut found) = (0, None);
        initializers(&self.bytes, |tensor| {
            if at == index {
                found = Some(numbers(&tensor)?);
            }
            at += 1;
            Ok::<(), SourceError>(())
        })?;
        Ok(found.unwrap_or_default())
    }
}

/// An initializer in the list. Exporters wrap Keras' names in paths of their own: of these, the layer counts, and the
/// number of dimensions.
fn listed(tensor: &Initializer<'_>) -> Listed {
    let shape = shape(tensor);
    let listed = Listed::new(tensor.name, shape);
    match keras_layer(tensor.name) {
        Some(layer) if !is_plain(tensor.name) => {
            let parameter = if listed.shape.len() == 1 { "bias" } else { "weight" };
            Listed { path: format!("{layer}.{parameter}"), ..listed }
        }
        _ => listed,
    }
}

/// Whether a name is one of PyTorch's, components with dots between them.
fn is_plain(name: &str) -> bool {
    name.ends_with(".weight") || name.ends_with(".bias")
}

/// The last `block<n>_conv<m>` in a name, as Keras calls the convolutions of VGG. (A fully connected layer's name is
/// not looked for: `fc1` may stand in the name of anything.)
fn keras_layer(name: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    name.rmatch_indices("block").find_map(|(at, word)| {
        let block = &name[at + word.len()..];
        let conv = block[digits(block)..].strip_prefix("_conv")?;
        let number = digits(conv);
        (digits(block) > 0 && number > 0).then(|| &name[at..name.len() - conv.len() + number])
    })
}

/// The shape of an initializer; a negative size, which no tensor has, becomes zero and is refused.
fn shape(tensor: &Initializer<'_>) -> Vec<usize> {
    tensor.dims.iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect()
}

fn numbers(tensor: &Initializer<'_>) -> Result<Numbers, SourceError> {
    let name = tensor.name.to_owned();
    if tensor.data_location == EXTERNAL {
        return Err(SourceError::OnnxExternal { tensor: name });
    }
    let float = match tensor.data_type {
        FLOAT if tensor.raw_data.is_empty() => return Ok(tensor.float_data.clone().into()),
        FLOAT => Float::F32,
        FLOAT16 => Float::F16,
        BFLOAT16 => Float::Bf16,
        DOUBLE => Float::F64,
        other => {
            let got = format!("ONNX data type {other}");
            return Err(TensorError::DataType { name, got }.into());
        }
    };
    Ok(float.decode(tensor.raw_data))
}

/// Follows the nodes of a model, which come after those whose outputs they take.
struct GraphReader<'a> {
    /// Initializers by their names.
    tensors: HashMap<&'a str, usize>,
    /// What each value is made of; a value that nothing made is an input of the model.
    values: HashMap<&'a str, Input>,
    /// The input of the model.
    image: Input,
    layers: Vec<GraphLayer>,
    /// Entries of all values together.
    n_inputs: usize,
}

impl<'a> GraphReader<'a> {
    fn read(model: &'a [u8], listed: &'a [Listed]) -> Result<Vec<GraphLayer>, SourceError> {
        let names = listed.iter().enumerate().map(|(index, tensor)| (&tensor.name[..], index));
        let mut reader = Self {
            tensors: names.collect(),
            values: HashMap::new(),
            image: Input::image(),
            layers: Vec::new(),
            n_inputs: 0,
        };
        nodes(model, |node| reader.node(&node))?;
        Ok(reader.layers)
    }

    fn node(&mut self, node: &Node<'a>) -> Result<(), SourceError> {
        self.count(1)?;
        if node.op_type == "Identity"
            && let Some(&tensor) = node.inputs.first().and_then(|name| self.tensors.get(name))
        {
            self.tensors.extend(node.outputs.first().map(|&output| (output, tensor)));
            return Ok(());
        }
        let made = match self.layer(node) {
            Some(layer) => {
                self.count(layer.input.len())?;
                self.layers.push(layer);
                Input::of_layer(self.layers.len() - 1)
            }
            // A node without inputs gives a constant, which is made of nothing.
            None => {
                let inputs = node.inputs.iter().filter(|name| self.is_computed(name));
                let inputs: Vec<&str> = inputs.copied().collect();
                self.count(inputs.iter().map(|name| self.value(name).len()).sum())?;
                let inputs = inputs.iter().map(|name| self.value(name));
                match self.word(node) {
                    Some(word) => Input::applied(Some(&word), inputs),
                    // Others than the first say what shape it is given.
                    None => Input::applied(None, inputs.take(1)),
                }
            }
        };
        self.values.extend(node.outputs.first().map(|&output| (output, made)));
        Ok(())
    }

    /// Counts so many entries before they are made.
    fn count(&mut self, n_inputs: usize) -> Result<(), SourceError> {
        self.n_inputs = self.n_inputs.saturating_add(n_inputs);
        if self.n_inputs > GRAPH_INPUTS {
            return Err(SourceError::OnnxGraph { limit: GRAPH_INPUTS });
        }
        Ok(())
    }

    fn is_computed(&self, name: &str) -> bool {
        !name.is_empty() && !self.tensors.contains_key(name)
    }

    fn value(&self, name: &str) -> &Input {
        self.values.get(name).unwrap_or(&self.image)
    }

    /// The layer that a node is, if it is one with learned numbers.
    fn layer(&self, node: &Node<'a>) -> Option<GraphLayer> {
        let (kind, n_tensors) = match node.op_type {
            "Conv" => (LayerKind::Convolution(slide(node)?), 2),
            "Gemm" if is_dense(node) => (LayerKind::Dense, 2),
            "BatchNormalization" => {
                let epsilon = node.attribute("epsilon").map_or(1e-5, |a| f64::from(a.float));
                (LayerKind::BatchNorm(epsilon), 4)
            }
            _ => return None,
        };
        let tensor = |number: usize| self.tensors.get(*node.inputs.get(number)?).copied();
        let tensors: Vec<_> = (1..=n_tensors).map(tensor).collect();
        let input = self.value(node.inputs.first()?).clone();
        tensors[0].is_some().then_some(GraphLayer { kind, tensors, input })
    }

    /// What a node without learned numbers does; `None` where it does nothing to the values.
    fn word(&self, node: &Node<'a>) -> Option<String> {
        Some(match node.op_type {
            // A constant, such as the bounds of a `Clip`.
            _ if node.inputs.is_empty() => return None,
            "Identity" | "Dropout" | "Flatten" | "Reshape" | "Squeeze" | "Cast" => return None,
            // An image whose channels come last.
            "Transpose"
                if node.inputs.first().is_some_and(|name| *self.value(name) == self.image) =>
            {
                return None;
            }
            "Relu" => RECTIFY.to_owned(),
            "Clip" => RECTIFY_6.to_owned(),
            "Softmax" => SOFTMAX.to_owned(),
            "Add" => ADD.to_owned(),
            "Concat" => CONCATENATE.to_owned(),
            "GlobalAveragePool" | "ReduceMean" => MEAN.to_owned(),
            "MaxPool" => window(node, max_pool),
            // PyTorch's adaptive pool, on maps that have the size already.
            "AveragePool" if window(node, average_pool) == average_pool(1, 1) => return None,
            "AveragePool" => window(node, average_pool),
            other => other.to_owned(),
        })
    }
}

/// How a convolution in two dimensions slides; `None` for others and for dilated ones.
fn slide(node: &Node<'_>) -> Option<Slide> {
    let sizes = |name: &str| -> Option<Vec<usize>> {
        let attribute = node.attribute(name)?;
        attribute.ints.iter().map(|&size| usize::try_from(size).ok()).collect()
    };
    if sizes("dilations").is_some_and(|dilations| dilations != [1, 1]) {
        return None;
    }
    let padding = match node.attribute("auto_pad").map(|attribute| attribute.text) {
        Some(b"SAME_UPPER") => None,
        Some(b"SAME_LOWER") => return None,
        Some(b"VALID") => Some([0; 4]),
        _ => Some(sizes("pads").map_or(Some([0; 4]), |pads| pads.try_into().ok())?),
    };
    let stride = sizes("strides").map_or(Some([1; 2]), |strides| strides.try_into().ok())?;
    let groups = node.attribute("group").map_or(Some(1), |a| usize::try_from(a.int).ok())?;
    Some(Slide { stride, padding, groups })
}

/// Whether a `Gemm` is a fully connected layer as PyTorch writes it.
fn is_dense(node: &Node<'_>) -> bool {
    let int = |name: &str| node.attribute(name).map_or(0, |attribute| attribute.int);
    let is_one = |name: &str| node.attribute(name).is_none_or(|a| a.float == 1.0);
    int("transA") == 0 && int("transB") == 1 && is_one("alpha") && is_one("beta")
}

fn window(node: &Node<'_>, name: fn(usize, usize) -> String) -> String {
    let side = |name: &str| match node.attribute(name).map(|attribute| &attribute.ints[..]) {
        Some(&[height, width]) if height == width => usize::try_from(height).unwrap_or(0),
        _ => 0,
    };
    name(side("kernel_shape"), side("strides"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_of_keras_is_found_in_a_path() {
        let of = keras_layer;
        assert_eq!(of("functional_1/block1_conv1_1/Squeeze:0"), Some("block1_conv1"));
        assert_eq!(of("block1_conv1"), Some("block1_conv1"));
        assert_eq!(of("block1_conv12/kernel"), Some("block1_conv12"));
        assert_eq!(of("block1_conv12/block1_conv1"), Some("block1_conv1"));
        assert_eq!([of("block_conv1"), of("block1_conv"), of("blocks.0.conv1")], [None; 3]);
    }
}
