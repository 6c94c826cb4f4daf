//! Weights and pixels from a small generator, the same as in `reference/backbones.py`.

use std::sync::Arc;

use backbone::weights::{Metadata, Tensor, Weights};
use backbone::{Backbone, Layer, Parameter};
use preprocess::Rgb;

/// FNV-1a, 64 bits.
fn seed(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |value, byte| {
        (value ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Numbers of the generator that begins with the seed of `name`.
fn splitmix64(name: &str) -> impl Iterator<Item = u64> + use<> {
    let mut state = seed(name);
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// Lowest and highest value of a parameter: activations then stay of the order of one.
fn span(parameter: &Parameter) -> (f32, f32) {
    match parameter.suffix {
        "weight" if parameter.shape.len() > 1 => {
            let fan_in: usize = parameter.shape[1..].iter().product();
            let bound = (6.0 / fan_in as f64).sqrt() as f32;
            (-bound, bound)
        }
        "weight" => (0.5, 1.0),
        "running_var" => (0.75, 1.5),
        "bias" | "running_mean" => (-0.2, 0.2),
        other => panic!("{other}"),
    }
}

fn fill(layer: &Layer, parameter: &Parameter) -> Vec<f32> {
    let (low, high) = span(parameter);
    let uniform = |z: u64| (z >> 40) as f32 / (1 << 24) as f32;
    let name = format!("{}.{}", layer.module, parameter.suffix);
    let value = |z| low + (high - low) * uniform(z);
    splitmix64(&name).take(parameter.len()).map(value).collect()
}

/// Weights for all of `backbone`.
pub(super) fn weights(backbone: &Arc<Backbone>) -> Weights {
    let tensors = backbone.parameters().map(|(layer, parameter)| {
        let values = fill(layer, &parameter);
        (parameter.name_in(layer), Tensor::new(parameter.shape, values))
    });
    let metadata = Metadata {
        name: "generated".to_owned(),
        preset: backbone.preset.clone(),
        origin: "no file".to_owned(),
        licence: "unknown".to_owned(),
    };
    Weights::new(backbone, metadata, tensors.collect()).unwrap()
}

/// The first `count` images of that size.
pub(super) fn images(count: usize, width: u32, height: u32) -> Vec<Rgb> {
    let image = |index| {
        let bytes = splitmix64(&format!("image {index}")).map(|z| (z >> 56) as u8);
        let pixels = bytes.take((width * height * 3) as usize).collect();
        Rgb { width, height, pixels }
    };
    (0..count).map(image).collect()
}
