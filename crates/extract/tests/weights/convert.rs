//! Every published format becomes the same file.

use std::fs;

use extract::weights::{Classifier, ConvertError, ConvertRequest, Format, Weights, convert};

use super::tiny::{TINY, convert_tiny, converted, expected, reference, tiny};

/// Converts a reference file and compares everything with what the script computed. No tolerance:
/// conversion moves numbers and computes none.
fn check(source: &str, format: Format, preset: &str, skipped: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    let converted = convert_tiny(&reference(source), &out).unwrap();
    assert_eq!(converted.format, format);
    assert_eq!(converted.skipped, skipped);

    let weights = Weights::open_for(&out, tiny()).unwrap();
    let expected = expected();
    assert_eq!(weights.digest(), expected.digest);
    assert_eq!(weights.preset(), preset);
    assert_eq!(weights.backbone(), "tiny");
    assert_eq!(*weights.metadata(), converted.metadata);
    assert_eq!(weights.tensors().count(), expected.tensors.len());
    for (name, tensor) in expected.tensors {
        let got = weights.tensor(&name).unwrap();
        assert_eq!(got.shape(), tensor.shape, "{name}");
        assert_eq!(got.values(), tensor.values, "{name}");
    }
}

#[test]
fn keras_released_hdf5() {
    check("keras_released.h5", Format::KerasHdf5, "keras", &["/fc1"]);
}

#[test]
fn keras_whole_model_hdf5() {
    check("keras_model.h5", Format::KerasHdf5, "keras", &["/optimizer_weights"]);
}

#[test]
fn keras_3_hdf5() {
    check("keras_3.weights.h5", Format::KerasHdf5, "keras", &[]);
}

#[test]
fn torchvision_zip_with_strides_and_shared_storage() {
    check("torchvision.pth", Format::TorchZip, "torchvision", &["classifier.0.weight"]);
}

#[test]
fn torchvision_before_pytorch_1_6() {
    check("legacy.pth", Format::TorchLegacy, "torchvision", &["classifier.0.weight"]);
}

#[test]
fn onnx_with_raw_data_and_keras_names() {
    check("keras.onnx", Format::Onnx, "keras", &["const_starts__79"]);
}

#[test]
fn onnx_with_float_data_and_torchvision_names() {
    check("torchvision.onnx", Format::Onnx, "torchvision", &["const_starts__79"]);
}

#[test]
fn safetensors_with_keras_names() {
    check("keras.safetensors", Format::Safetensors, "keras", &[]);
}

#[test]
fn safetensors_with_torchvision_names() {
    check("torchvision.safetensors", Format::Safetensors, "torchvision", &[]);
}

#[test]
fn the_metadata_tell_where_the_weights_come_from() {
    let (_folder, path) = converted();
    let weights = Weights::open_for(&path, tiny()).unwrap();
    assert_eq!(weights.name(), "keras");
    assert_eq!(weights.metadata().licence, "unknown");
    let origin = &weights.metadata().origin;
    let sha256 = origin.strip_prefix("keras.safetensors (SHA-256 ").unwrap().trim_end_matches(')');
    assert_eq!(sha256.len(), 64);
}

#[test]
fn what_the_user_states_wins_over_what_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    let request = ConvertRequest {
        source: &reference("torchvision.pth"),
        backbone: &TINY,
        preset: Some("keras"),
        name: Some("mine"),
        licence: Some("CC0"),
        classifier: Classifier::Keep,
        out: &out,
    };
    convert(&request).unwrap();
    let weights = Weights::open_for(&out, tiny()).unwrap();
    assert_eq!((weights.preset(), weights.name()), ("keras", "mine"));
    assert_eq!(weights.metadata().licence, "CC0");
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let (_first_folder, first) = converted();
    let (_second_folder, second) = converted();
    assert_eq!(fs::read(first).unwrap(), fs::read(second).unwrap());
}

#[test]
fn an_existing_output_is_left_alone() {
    let (_folder, out) = converted();
    let before = fs::read(&out).unwrap();
    let error = convert_tiny(&reference("keras_3.weights.h5"), &out).unwrap_err();
    assert!(matches!(error, ConvertError::OutputExists { .. }), "{error}");
    assert_eq!(fs::read(&out).unwrap(), before);
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let (_folder, file) = converted();
    let out = file.join("below-a-file.safetensors");
    let error = convert_tiny(&reference("keras.onnx"), &out).unwrap_err();
    assert!(matches!(error, ConvertError::Write(_)), "{error}");
    assert_eq!(error.to_string(), format!("could not write `{}`", out.display()));
}
