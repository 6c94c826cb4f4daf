//! What weights may lack.

#![cfg(test)]

use std::collections::HashMap;
use std::sync::Arc;

use backbone::Backbone;
use backbone::weights::{Metadata, Tensor, TensorError, Tensors, Weights};
use safetensors::tensor::{Dtype, TensorView};

/// Zeros for every tensor of `backbone`.
fn all(backbone: &Backbone) -> Tensors {
    let parameters = backbone.parameters();
    parameters
        .map(|(layer, p)| (p.name_in(layer), Tensor::new(p.shape.clone(), vec![0.0; p.len()])))
        .collect()
}

fn weights(backbone: &Arc<Backbone>, tensors: Tensors) -> Result<Weights, TensorError> {
    let metadata = Metadata {
        name: "zeros".to_owned(),
        preset: backbone.preset.clone(),
        origin: "no file".to_owned(),
        licence: "unknown".to_owned(),
    };
    Weights::new(backbone, metadata, tensors)
}

/// Zeros for those tensors of `backbone` whose name is `wanted`.
fn zeros(backbone: &Arc<Backbone>, wanted: impl Fn(&str) -> bool) -> Result<Weights, TensorError> {
    let mut tensors = all(backbone);
    tensors.retain(|name, _| wanted(name));
    weights(backbone, tensors)
}

fn resnet18() -> Arc<Backbone> {
    Backbone::named("resnet18").unwrap()
}

#[test]
fn a_classifier_may_be_absent_and_then_only_its_taps_lack_something() {
    let weights = zeros(&resnet18(), |name| !name.starts_with("fc.")).unwrap();
    let missing = |tap| weights.missing([resnet18().node(tap).unwrap()]);
    assert!(missing("layer4").is_empty() && missing("avgpool").is_empty());
    assert_eq!(missing("logits"), ["fc.weight", "fc.bias"]);
    assert_eq!(missing("probabilities"), ["fc.weight", "fc.bias"]);
}

#[test]
fn half_a_layer_of_the_classifier_is_refused() {
    let error = zeros(&resnet18(), |name| name != "fc.bias").unwrap_err();
    assert_eq!(error, TensorError::Missing { name: "fc.bias".into() });
}

#[test]
fn a_running_variance_may_not_be_absent() {
    let error = zeros(&resnet18(), |name| name != "layer2.0.bn1.running_var").unwrap_err();
    assert_eq!(error, TensorError::Missing { name: "layer2.0.bn1.running_var".into() });
}

#[test]
fn tensors_that_are_no_weights_are_refused() {
    let with = |name: &str, shape: Vec<usize>| {
        let mut tensors = all(&resnet18());
        let values = vec![0.0; shape.iter().product()];
        tensors.insert(name.to_owned(), Tensor::new(shape, values));
        weights(&resnet18(), tensors).unwrap_err()
    };
    assert_eq!(with("fc.gain", vec![1]), TensorError::Extra { name: "fc.gain".into() });
    let (expected, got) = (vec![1000, 512, 1, 1], vec![1000, 512]);
    let error = TensorError::Misshapen { name: "fc.weight".into(), expected, got: got.clone() };
    assert_eq!(with("fc.weight", got), error);
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resnet18.safetensors");
    let weights = weights(&resnet18(), all(&resnet18())).unwrap();
    weights.write(&path).unwrap();
    assert_eq!(Weights::open(&path).unwrap(), weights);
}

#[test]
fn what_is_not_finite_is_refused_by_name_also_in_a_file() {
    let resnet18 = resnet18();
    let mut tensors = all(&resnet18);
    tensors.insert("fc.bias".to_owned(), Tensor::new(vec![1000], vec![f32::NEG_INFINITY; 1000]));
    let error = weights(&resnet18, tensors).unwrap_err().to_string();
    assert!(error.starts_with("tensor `fc.bias` holds -inf at place 0 of 1000\nhint: "), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resnet18.safetensors");
    weights(&resnet18, all(&resnet18)).unwrap().write(&path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let error = Weights::open(&path).unwrap_err().to_string();
    assert!(error.contains("do not fit the backbone `resnet18`: tensor `"), "{error}");
    assert!(error.contains("` holds NaN at place "), "{error}");
}

/// Why a file of these bytes is not opened.
fn refused(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.safetensors");
    std::fs::write(&path, bytes).unwrap();
    let error = Weights::open(&path).unwrap_err().to_string();
    error.replace(path.to_str().unwrap(), "FILE")
}

#[test]
fn files_of_another_layout_or_without_what_they_are_of_are_told_apart() {
    let header = [
        ("format", "offshelf-weights"),
        ("version", "1"),
        ("backbone", "resnet99"),
        ("digest", "0123"),
        ("name", "mine"),
        ("preset", "keras"),
        ("origin", "here"),
        ("licence", "unknown"),
    ];
    let with = |key: &str, value: Option<&str>| {
        let mut map: HashMap<String, String> =
            header.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        map.remove(key);
        map.extend(value.map(|value| (key.to_owned(), value.to_owned())));
        let tensor = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
        refused(&safetensors::serialize([("a", tensor)], Some(map)).unwrap())
    };
    assert_eq!(with("format", Some("pt")), "`FILE` holds weights of another layout");
    assert_eq!(with("licence", None), "the metadata of weights `FILE` lack `licence`");
    let version = "weights `FILE` have format version `2`, expected `1`";
    assert_eq!(with("version", Some("2")), version);
    let unknown = "weights `FILE` are for the unknown backbone `resnet99`";
    assert_eq!(with("name", Some("yours")), unknown);
    let damaged = refused(b"PK\x03\x04, and no more");
    assert!(damaged.starts_with("weights `FILE` are damaged, or no weight file: "), "{damaged}");
}

#[test]
fn a_classifier_for_other_classes_is_written_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resnet18.safetensors");
    let fine_tuned = Arc::new(resnet18().with_classes(37));
    weights(&fine_tuned, all(&fine_tuned)).unwrap().write(&path).unwrap();
    let opened = Weights::open(&path).unwrap();
    assert_eq!(opened.backbone(), &fine_tuned);
    assert_eq!(opened.backbone().classes().unwrap().1, 37);
    assert_eq!(opened.tensor("fc.bias").unwrap().shape(), [37]);
    // Those of another layer are no classes.
    let error = weights(&resnet18(), all(&fine_tuned)).unwrap_err();
    assert!(matches!(error, TensorError::Misshapen { .. }), "{error}");
}
