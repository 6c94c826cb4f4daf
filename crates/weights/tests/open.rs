//! Weight files that are not opened, and what is said about them.

use std::fs;
use std::path::Path;

use backbone::weights::{OpenError, TensorError, Weights};

use super::tiny::{TINY, converted, reference};

fn open_error(path: &Path) -> OpenError {
    Weights::open_for(path, &TINY).unwrap_err()
}

/// Replaces text in the header by text of the same length and opens the file.
fn open_error_after(from: &str, to: &str) -> OpenError {
    assert_eq!(from.len(), to.len());
    let (_folder, path) = converted();
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    fs::write(&path, bytes).unwrap();
    open_error(&path)
}

#[test]
fn a_file_cut_anywhere_is_damaged() {
    let (_folder, path) = converted();
    let bytes = fs::read(&path).unwrap();
    for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        fs::write(&path, &bytes[..length]).unwrap();
        let error = open_error(&path);
        assert!(matches!(error, OpenError::Damaged { .. }), "{length}: {error}");
    }
}

#[test]
fn any_altered_value_is_noticed() {
    let (_folder, path) = converted();
    let bytes = fs::read(&path).unwrap();
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    for at in (header..bytes.len()).step_by(101).chain([bytes.len() - 1]) {
        let mut altered = bytes.clone();
        altered[at] ^= 0x10;
        fs::write(&path, altered).unwrap();
        let error = open_error(&path);
        let OpenError::Digest { expected, got, .. } = &error else { panic!("{at}: {error}") };
        assert_ne!(expected, got);
        assert!(error.to_string().contains("were altered"), "{error}");
    }
}

#[test]
fn a_tensor_of_another_name_is_extra() {
    let error = open_error_after("\"block1_conv1.bias\"", "\"block7_conv1.bias\"");
    let OpenError::Tensor { reason, .. } = error else { panic!("{error}") };
    assert_eq!(*reason, TensorError::Extra { name: "block7_conv1.bias".into() });
}

#[test]
fn a_newer_version_is_refused_with_both_numbers() {
    let error = open_error_after("\"version\":\"1\"", "\"version\":\"2\"");
    assert!(error.to_string().contains("have format version `2`, expected `1`"), "{error}");
}

#[test]
fn an_absent_key_is_named() {
    let error = open_error_after("\"origin\"", "\"oregon\"");
    assert!(matches!(error, OpenError::Metadata { key: "origin", .. }), "{error}");
}

#[test]
fn weights_of_an_unknown_backbone_are_refused() {
    let (_folder, path) = converted();
    let error = Weights::open(&path).unwrap_err();
    assert!(
        matches!(&error, OpenError::Backbone { backbone, .. } if backbone == "tiny"),
        "{error}"
    );
}

#[test]
fn safetensors_of_another_layout_are_refused() {
    for name in ["keras.safetensors", "torchvision.safetensors"] {
        let error = open_error(&reference(name));
        assert!(matches!(error, OpenError::NotConverted { .. }), "{error}");
    }
}

#[test]
fn an_absent_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = open_error(&folder.path().join("absent.safetensors")).to_string();
    assert!(error.starts_with("could not read weights `"), "{error}");
    assert!(error.ends_with("absent.safetensors`"), "{error}");
}
