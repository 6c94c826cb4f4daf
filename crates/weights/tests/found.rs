//! Networks as training loops, wrappers and exporters leave them. Each file in `reference/found` was written by the
//! program that it is named after, and gives the digest that the script computed, or is refused with the reason.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use backbone::{Backbone, Builder, INPUT, Kernel, Layer, Operation};
use serde::Deserialize;
use weights::{ConvertRequest, Converted, Format, Way, convert};

use super::tiny::{TINY, request};

#[derive(Deserialize)]
pub(crate) struct Expected {
    pub(crate) digests: BTreeMap<String, String>,
    pub(crate) folded: BTreeMap<String, Vec<f64>>,
}

pub(crate) static EXPECTED: LazyLock<Expected> =
    LazyLock::new(|| serde_json::from_slice(&fs::read(found("expected.json")).unwrap()).unwrap());

pub(crate) fn found(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/found").join(name)
}

/// What becomes of a file, with an entry or without.
fn outcome(path: &Path, entry: Option<&str>) -> Result<Converted, String> {
    outcome_as(path, entry, &TINY)
}

/// The same as weights of `backbone`.
fn outcome_as(
    path: &Path,
    entry: Option<&str>,
    backbone: &Arc<Backbone>,
) -> Result<Converted, String> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    let converted = convert(&ConvertRequest { entry, ..request(path, backbone, &out) });
    assert_eq!(out.exists(), converted.is_ok());
    converted.map_err(|error| error.to_string())
}

#[track_caller]
fn reads(name: &str, entry: Option<&str>) -> Converted {
    let converted = outcome(&found(name), entry).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(converted.weights.digest(), EXPECTED.digests["tiny"], "{name}");
    converted
}

#[track_caller]
fn refused(name: &str, part: &str) {
    let error = outcome(&found(name), None).unwrap_err();
    assert!(error.contains(part), "`{part}` is not in: {error}");
}

#[test]
fn whatever_stands_before_the_names_is_found() {
    let cases = [
        ("module.pth", ""),
        ("compiled.pth", ""),
        ("deep.pth", "model.backbone.net"),
        ("infix.pth.tar", "state_dict"),
        ("lightning.ckpt", "state_dict.model"),
        ("averaged.pt", "ema"),
        ("whole.pt", "model"),
        ("scripted.pt", ""),
        ("nested.h5", "model_weights.tiny.tiny"),
    ];
    for (name, entry) in cases {
        let converted = reads(name, None);
        assert_eq!((converted.entry.as_str(), converted.way), (entry, Way::Names), "{name}");
    }
}

#[test]
fn what_else_a_checkpoint_has_is_left_out_and_listed() {
    let skipped = reads("lightning.ckpt", None).skipped;
    for name in [
        "state_dict.head.weight",
        "state_dict.criterion.weight",
        "callbacks.ModelCheckpoint{'monitor': 'loss'}.best_model_score",
        "optimizer_states.0.state.0.exp_avg",
    ] {
        assert!(skipped.iter().any(|skipped| skipped == name), "{name} is not in {skipped:?}");
    }
    assert_eq!(reads("nested.h5", None).skipped.last().unwrap(), "/optimizer_weights");
}

#[test]
fn of_several_networks_one_must_be_named() {
    let cases = [
        ("dino.pth", "`student.backbone`, `teacher.backbone`", "teacher"),
        ("moco.pth.tar", "`state_dict.encoder_k`, `state_dict.encoder_q`", "encoder_q"),
        ("ema.pth", "`model`, `model_ema`", "model_ema"),
    ];
    for (name, entries, entry) in cases {
        refused(name, &format!("holds 2 networks that fit: {entries}"));
        assert!(reads(name, Some(entry)).entry.contains(entry));
        let error = outcome(&found(name), Some("backbones")).unwrap_err();
        assert!(error.contains("has no network `backbones` that fits; there is `"), "{error}");
    }
    let other = outcome(&found("dino.pth"), Some("student")).unwrap();
    assert_ne!(other.weights.digest(), EXPECTED.digests["tiny"]);
    let error = outcome(&found("nan.pth"), Some("teacher")).unwrap_err();
    assert!(error.contains("has no network `teacher` that fits; there is `.`"), "{error}");
    assert!(outcome(&found("module.pth"), Some(".")).is_ok());
}

#[test]
fn numbers_of_16_and_64_bits_are_converted() {
    for kind in ["float16", "bfloat16", "float64"] {
        for name in ["pth", "safetensors"].map(|extension| format!("{kind}.{extension}")) {
            assert_eq!(reads(&name, None).n_rounded, 0, "{name}");
        }
        reads(&format!("{kind}_legacy.pth"), None);
    }
    reads("float16.h5", None);
    let rounded = outcome(&found("rounded.pth"), None).unwrap();
    assert_eq!(rounded.n_rounded, 4);
    refused("int8.pth", "tensor `features.0.weight` holds `int8`, expected floating-point numbers");
}

#[test]
fn numbers_that_are_not_finite_are_refused_by_name() {
    refused("nan.pth", "tensor `block1_conv2.bias` holds NaN at place 3 of 8\nhint: ");
    refused("too_large.pth", "tensor `block1_conv1.weight` holds inf at place 1 of 108");
}

#[test]
fn other_protocols_of_pickle_are_read() {
    reads("protocol_4.pth", None);
}

/// Layers with other names: PyTorch's numbers, Keras' classes.
#[test]
fn layers_with_other_names_are_recognised_by_order_and_shape() {
    for (name, entry, format, preset) in [
        ("cut.pth", "", Format::TorchZip, "torchvision"),
        ("keras_3.weights.h5", "layers", Format::KerasHdf5, "keras"),
        ("nested.keras", "layers.sequential.layers", Format::KerasArchive, "keras"),
    ] {
        let converted = reads(name, None);
        assert_eq!((converted.way, converted.format), (Way::Order, format), "{name}");
        assert_eq!(converted.entry, entry);
        assert_eq!(converted.weights.metadata().preset, preset);
    }
}

/// The tiny network with a classifier.
fn with_classifier() -> Arc<Backbone> {
    let mut graph = Builder::new();
    let layer = |name, module| Layer::new(name, module).keras(name);
    let kernel = Kernel::square(3);
    let node = graph.convolution(INPUT, layer("block1_conv1", "features.0"), 4, kernel, true);
    let node = graph.convolution(node, layer("block1_conv2", "features.2"), 8, kernel, true);
    graph.begin_classifier();
    let node = graph.apply(Operation::GlobalAveragePool, node, &[]);
    graph.dense(node, Layer::of_module("fc"), 5, 1, &[]);
    Arc::new(graph.finish("tiny", 224, "torchvision"))
}

/// Under `0` lie the same tensors as at the top but for the classifier's: these are no two networks.
#[test]
fn a_network_and_the_part_of_it_before_the_classifier_are_one() {
    let (path, backbone) = (found("children.pth"), with_classifier());
    for entry in [None, Some(".")] {
        let converted = outcome_as(&path, entry, &backbone).unwrap();
        assert_eq!((converted.entry.as_str(), converted.way), ("", Way::Order));
        assert_eq!(converted.weights.digest(), EXPECTED.digests["children"]);
        assert_eq!(converted.skipped, [""; 0]);
    }
    let features = outcome_as(&path, Some("0"), &backbone).unwrap();
    assert_eq!(features.entry, "0");
    assert_eq!(features.weights.digest(), EXPECTED.digests["tiny"]);
    assert_eq!(features.skipped, ["1.1.weight", "1.1.bias"]);
}

#[test]
fn kernels_of_theano_are_turned_where_the_file_says_so() {
    for name in ["theano.h5", "theano_order_of_tensorflow.h5", "theano_tf_order.h5"] {
        reads(name, None);
    }
    refused("theano_unsaid.h5", "has kernels in Theano's order of dimensions, and no attribute");
}

/// Names and bytes of what an archive holds.
pub(crate) fn members(archive: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let n = archive.len();
    let member = |i: usize| {
        let mut member = archive.by_index(i).unwrap();
        let (name, mut bytes) = (member.name().unwrap().to_string(), Vec::new());
        std::io::copy(&mut member, &mut bytes).unwrap();
        (name, bytes)
    };
    (0..n).map(member).collect()
}

/// The folder in an archive is called as the file was, and its headers are as long as that.
#[test]
fn the_length_of_a_name_does_not_matter() {
    reads("name_of_21_characters.pth", None);
    let bytes = fs::read(found("module.pth")).unwrap();
    let members = members(bytes);
    let folder = tempfile::tempdir().unwrap();
    for length in 1..=64 {
        // Aligned as PyTorch does it.
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .with_alignment(64);
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &members {
            let name = name.replacen("module", &"n".repeat(length), 1);
            archive.start_file(name, options).unwrap();
            archive.write_all(bytes).unwrap();
        }
        let path = folder.path().join(length.to_string());
        fs::write(&path, archive.finish().unwrap().into_inner()).unwrap();
        let converted = outcome(&path, None).unwrap_or_else(|error| panic!("{length}: {error}"));
        assert_eq!(converted.weights.digest(), EXPECTED.digests["tiny"], "{length}");
    }
}
