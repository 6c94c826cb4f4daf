//! Networks as ONNX models, in ONNX Runtime, against what torchvision and timm gave on generated weights and
//! pixels: the values that the engines are held to (`crates/engine/tests/reference`).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use backbone::{Backbone, Tap};
use network_onnx::{PixelInput, add_network};
use onnx::{FLOAT, GraphBuilder, Length, ModelProto, OperatorSetIdProto};
use preprocess::Preset;
use safetensors::SafeTensors;
use serde_json::Value;

use super::generated::{images, weights};
use super::programs::PACKAGE;
use super::python::python_with;

/// Largest errors allowed, relative to the largest entry of a row: those of the engines.
const TOLERANCE: f64 = 1e-5;
const TOLERANCE_OF_PROBABILITIES: f64 = 3e-5;

/// Rows of a tap, and what the script kept of each.
type Kept = Vec<Vec<f32>>;

/// What the script kept of a network: rows by tap; number, width and height of the images.
fn reference(network: &str) -> (BTreeMap<String, Kept>, [usize; 3]) {
    let path = Path::new(PACKAGE).join("../crates/engine/tests/reference/backbones.safetensors");
    let bytes = fs::read(path).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    let sizes: Value = serde_json::from_str(&metadata["sizes"]).unwrap();
    let size = [0, 1, 2].map(|index| sizes[network][index].as_u64().unwrap() as usize);
    let mut taps = BTreeMap::new();
    for (name, tensor) in SafeTensors::deserialize(&bytes).unwrap().tensors() {
        let (of, tap) = name.split_once('/').unwrap();
        if of == network {
            let values = floats(tensor.data());
            let rows = values.chunks_exact(tensor.shape()[1]).map(<[f32]>::to_vec);
            taps.insert(tap.to_owned(), rows.collect());
        }
    }
    (taps, size)
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (values, _) = bytes.as_chunks::<4>();
    values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// Error relative to the largest entry of the row, of those entries that the script kept.
fn error(got: &[f32], kept: &[f32]) -> f64 {
    let step = got.len().div_ceil(128);
    assert_eq!(got.len().div_ceil(step), kept.len());
    let differences = got.iter().step_by(step).zip(kept).map(|(g, k)| f64::from((g - k).abs()));
    let largest = got.iter().map(|&g| f64::from(g.abs())).fold(0.0, f64::max);
    differences.fold(0.0, f64::max) / largest
}

/// Compares all taps of a network that lie before `end`, where there is one. Prints their number and the largest error.
fn compare(name: &str, end: Option<&str>) {
    if python_with("onnxruntime").is_none() {
        return;
    }
    let backbone = Backbone::named(name).unwrap();
    let (rows, [count, width, height]) = reference(name);
    let end = end.map_or(backbone.nodes.len(), |end| backbone.node(end).unwrap());
    // Several names of one node are one tap.
    let taps: BTreeMap<String, (Tap, &Kept)> = rows
        .iter()
        .map(|(name, rows)| (Tap::parse(name, &backbone).unwrap(), rows))
        .filter(|(tap, _)| tap.node < end)
        .map(|(tap, rows)| (tap.to_string(), (tap, rows)))
        .collect();
    let (taps, expected): (Vec<Tap>, Vec<&Kept>) = taps.into_values().unzip();

    let folder = tempfile::tempdir().unwrap();
    let [model, pixels, outputs] =
        ["model.onnx", "pixels", "outputs"].map(|n| folder.path().join(n));
    let normalization = Preset::named("torchvision").unwrap().normalization;
    let input = PixelInput { width, height, normalization };
    let weights = weights(&backbone);
    let mut graph = GraphBuilder::new(name);
    let image = input.declare(&mut graph);
    let features = add_network(&mut graph, &image, &input, &weights, &taps);
    let lengths: Vec<usize> =
        taps.iter().map(|tap| tap.n_features(&backbone, width, height).unwrap()).collect();
    for (name, &length) in features.iter().zip(&lengths) {
        graph.output(name, FLOAT, &[Length::Batch, Length::Known(length)]);
    }
    let opset = vec![OperatorSetIdProto { domain: String::new(), version: 17 }];
    let about = ModelProto { ir_version: 8, opset_import: opset, ..ModelProto::default() };
    graph.model(about).write(&mut File::create(&model).unwrap()).unwrap();
    let images = images(count, width as u32, height as u32);
    fs::write(&pixels, images.into_iter().flat_map(|image| image.pixels).collect::<Vec<u8>>())
        .unwrap();

    let mut python = python_with("onnxruntime").expect("it was there");
    python.args(["-c", include_str!("exports/network.py")]).args([&model, &pixels, &outputs]);
    let output = python.output().unwrap();
    assert!(output.status.success(), "{name}\n{}", String::from_utf8_lossy(&output.stderr));
    let got = floats(&fs::read(&outputs).unwrap());
    assert_eq!(got.len(), count * lengths.iter().sum::<usize>());

    let (mut rest, mut worst) = (&got[..], 0_f64);
    for ((tap, length), expected) in taps.iter().zip(lengths).zip(expected) {
        let is_probability = tap.name == "probabilities";
        let tolerance = if is_probability { TOLERANCE_OF_PROBABILITIES } else { TOLERANCE };
        for kept in expected {
            let (row, after) = rest.split_at(length);
            let error = error(row, kept);
            assert!(error < tolerance, "{name}: {tap}: {error:e}");
            (rest, worst) = (after, worst.max(error));
        }
    }
    println!("{name}: {} taps, error up to {worst:.1e} of the row's maximum", taps.len());
}

#[test]
fn vgg_and_alexnet_equal_torchvision_at_every_module() {
    // The classifier of VGG is AlexNet's in kind, and half a gigabyte.
    compare("vgg11_bn", Some("fc6"));
    compare("alexnet", None);
}

#[test]
fn resnets_equal_torchvision_at_every_module() {
    compare("resnet18", None);
    compare("resnet50", None);
}

#[test]
fn mobilenet_inception_and_efficientnet_equal_the_reference_at_every_module() {
    compare("mobilenet_v2", None);
    compare("inception_v3", None);
    compare("efficientnet_lite0", None);
}
