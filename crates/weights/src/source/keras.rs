//! Reads the HDF5 files of Keras.
//!
//! Three layouts are in use: a group for each layer at the top (the released VGG files), the same
//! below `/model_weights` (a whole saved model), and `layers/<layer>/vars/<n>` (Keras 3). The names
//! of the datasets differ as well (`block1_conv1_W_1:0`, `kernel:0`, `0`). So a layer is any group
//! with a layer's name, wherever it lies, and its kernel and bias are told apart by their number of
//! dimensions. Of the backbones, Keras has VGG16 and VGG19; its ResNets, MobileNetV2 and InceptionV3
//! are other networks than torchvision's, with strides, paddings or biases elsewhere.

use std::path::Path;

use backbone::Operation;
use backbone::weights::TensorError;
use hdf5::types::{FloatSize, TypeDescriptor};
use hdf5::{Dataset, Group};

use super::assembly::{Assembly, Place};
use super::error::SourceError;

/// Groups that hold the state of training, not weights.
const OPTIMIZER_GROUPS: [&str; 2] = ["optimizer", "optimizer_weights"];

/// No Keras file nests half as deep; HDF5 links can form loops.
const MAX_DEPTH: usize = 16;

pub(super) fn read(path: &Path, assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    if assembly.keras_layers().next().is_none() {
        return Err(SourceError::NotInKeras { backbone: assembly.backbone().name.clone() });
    }
    let file = hdf5::File::open(path)?;
    find_layers(&file, "", MAX_DEPTH, assembly)
}

/// Looks for groups that are called as a layer in `group`, which lies at `path`, and below.
fn find_layers(
    group: &Group,
    path: &str,
    depth: usize,
    assembly: &mut Assembly<'_>,
) -> Result<(), SourceError> {
    for name in group.member_names()? {
        let path = format!("{path}/{name}");
        let Ok(child) = group.group(&name) else {
            return Err(TensorError::Extra { name: path }.into());
        };
        if OPTIMIZER_GROUPS.contains(&name.as_str()) || assembly.leaves_out(&name) {
            assembly.skip(&path);
        } else if let Some((_, layer)) = assembly.keras_layers().find(|(known, _)| *known == name) {
            place_layer(layer, &child, &path, depth, assembly)?;
        } else {
            let depth = one_deeper(depth, &path)?;
            find_layers(&child, &path, depth, assembly)?;
        }
    }
    Ok(())
}

/// Places every dataset below a layer's group.
fn place_layer(
    layer: &Operation,
    group: &Group,
    path: &str,
    depth: usize,
    assembly: &mut Assembly<'_>,
) -> Result<(), SourceError> {
    for name in group.member_names()? {
        let path = format!("{path}/{name}");
        if let Ok(child) = group.group(&name) {
            let depth = one_deeper(depth, &path)?;
            place_layer(layer, &child, &path, depth, assembly)?;
        } else {
            place_dataset(layer, &group.dataset(&name)?, &path, assembly)?;
        }
    }
    Ok(())
}

fn one_deeper(depth: usize, path: &str) -> Result<usize, SourceError> {
    depth.checked_sub(1).ok_or_else(|| SourceError::Nesting { group: path.to_owned() })
}

fn place_dataset(
    layer: &Operation,
    dataset: &Dataset,
    path: &str,
    assembly: &mut Assembly<'_>,
) -> Result<(), SourceError> {
    let stored = dataset.shape();
    let Some(place) = Place::of_rank(layer, stored.len()) else {
        return Err(TensorError::Extra { name: path.to_owned() }.into());
    };
    // In which order the values lie. A fully connected layer has one dimension for the inputs: height,
    // width and channel of the map that was flattened.
    let hwio = match (&stored[..], place.shape()) {
        (&[height, width, inputs, outputs], _) => Some([height, width, inputs, outputs]),
        (&[inputs, outputs], &[_, channels, height, width])
            if inputs == channels * height * width =>
        {
            Some([height, width, channels, outputs])
        }
        _ => None,
    };
    let shape = match hwio {
        Some([height, width, inputs, outputs]) => vec![outputs, inputs, height, width],
        None => stored,
    };
    assembly.place(&place, path, &shape, || {
        let data_type = dataset.dtype()?.to_descriptor()?;
        if data_type != TypeDescriptor::Float(FloatSize::U4) {
            let got = data_type.to_string();
            return Err(TensorError::DataType { name: path.to_owned(), got }.into());
        }
        let values = dataset.read_raw::<f32>()?;
        Ok(match hwio {
            Some(hwio) => hwio_to_oihw(&values, hwio),
            None => values,
        })
    })
}

/// From height, width, input, output (the last one contiguous) to output, input, height, width.
fn hwio_to_oihw(values: &[f32], [height, width, inputs, outputs]: [usize; 4]) -> Vec<f32> {
    let mut reordered = Vec::with_capacity(values.len());
    for output in 0..outputs {
        for input in 0..inputs {
            for pixel in 0..height * width {
                reordered.push(values[(pixel * inputs + input) * outputs + output]);
            }
        }
    }
    reordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_reordered_to_outputs_first() {
        // 1 x 2 pixels, 2 inputs, 3 outputs; digits are pixel, input, output.
        let hwio = [0., 1., 2., 10., 11., 12., 100., 101., 102., 110., 111., 112.];
        let oihw = [0., 100., 10., 110., 1., 101., 11., 111., 2., 102., 12., 112.];
        assert_eq!(hwio_to_oihw(&hwio, [1, 2, 2, 3]), oihw);
    }
}
