//! Reads the initializers of an ONNX model.
//!
//! A model is a whole program with constants of its own and often another head, so initializers in
//! whose names no convolution occurs are left out; only what is missing counts.

use backbone::Operation;
use backbone::weights::{TensorError, f32_from_le_bytes};
use onnx::{EXTERNAL, FLOAT, Initializer, initializers};

use super::assembly::{Assembly, Place};
use super::error::SourceError;

pub(super) fn read(model: &[u8], assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    initializers(model, |tensor| match locate(assembly, &tensor) {
        Some(place) => assembly.place(&place, tensor.name, &shape(&tensor), || values(&tensor)),
        None => assembly.skip(tensor.name),
    })
}

/// Where an initializer belongs: by its full name, or, since exporters wrap Keras' names in paths of
/// their own, by the convolution named somewhere in it and its number of dimensions. (A fully
/// connected layer's is not looked for: `fc1` may stand in the name of anything.)
fn locate<'a>(assembly: &mut Assembly<'a>, tensor: &Initializer<'_>) -> Option<Place<'a>> {
    assembly.locate(tensor.name).or_else(|| {
        let is_named = |&(name, operation): &(&str, &Operation)| {
            let in_classifier = operation.layer().is_some_and(|layer| layer.in_classifier);
            !in_classifier && names(tensor.name, name)
        };
        let (_, operation) = assembly.keras_layers().find(is_named)?;
        Place::of_rank(operation, tensor.dims.len())
    })
}

/// Whether `layer` occurs in `name` as more than the beginning of a longer number.
fn names(name: &str, layer: &str) -> bool {
    name.match_indices(layer)
        .any(|(at, _)| !name[at + layer.len()..].starts_with(|next: char| next.is_ascii_digit()))
}

/// The shape of an initializer; a negative size, which no tensor has, becomes zero and is refused.
fn shape(tensor: &Initializer<'_>) -> Vec<usize> {
    tensor.dims.iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect()
}

fn values(tensor: &Initializer<'_>) -> Result<Vec<f32>, SourceError> {
    let name = tensor.name.to_owned();
    if tensor.data_location == EXTERNAL {
        return Err(SourceError::OnnxExternal { tensor: name });
    }
    if tensor.data_type != FLOAT {
        let got = format!("ONNX data type {}", tensor.data_type);
        return Err(TensorError::DataType { name, got }.into());
    }
    if tensor.raw_data.is_empty() {
        Ok(tensor.float_data.clone())
    } else {
        Ok(f32_from_le_bytes(tensor.raw_data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_not_found_in_a_longer_number() {
        assert!(names("functional_1/block1_conv1_1/Squeeze:0", "block1_conv1"));
        assert!(names("block1_conv1", "block1_conv1"));
        assert!(!names("block1_conv12/kernel", "block1_conv1"));
        assert!(names("block1_conv12/block1_conv1", "block1_conv1"));
    }
}
