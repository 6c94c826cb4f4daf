//! Files that are of another network than was said.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use backbone::Backbone;
use safetensors::tensor::{Dtype, TensorView};
use weights::{ConvertRequest, Converted, convert};

use super::found::found;
use super::tiny::{TINY, request};

/// What PyTorch has of a network, by name, and the shapes.
fn state_dict(backbone: &Backbone) -> BTreeMap<String, Vec<usize>> {
    let mut tensors = BTreeMap::new();
    for (layer, parameter) in backbone.parameters() {
        let mut shape = parameter.shape.clone();
        if layer.module.starts_with("classifier") || layer.module == "fc" {
            shape.truncate(2);
        }
        if parameter.suffix == "running_var" {
            tensors.insert(format!("{}.num_batches_tracked", layer.module), Vec::new());
        }
        tensors.insert(format!("{}.{}", layer.module, parameter.suffix), shape);
    }
    tensors
}

/// A file of zeros.
fn written(folder: &Path, tensors: &BTreeMap<String, Vec<usize>>) -> PathBuf {
    let len = |shape: &Vec<usize>| 4 * shape.iter().product::<usize>();
    let zeros = vec![0; tensors.values().map(len).max().unwrap()];
    let views = tensors.iter().map(|(name, shape)| {
        (name, TensorView::new(Dtype::F32, shape.clone(), &zeros[..len(shape)]).unwrap())
    });
    let path = folder.join("source.safetensors");
    fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    path
}

fn outcome(tensors: &BTreeMap<String, Vec<usize>>, backbone: &str) -> Result<Converted, String> {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (written(folder.path(), tensors), folder.path().join("out"));
    let backbone = Backbone::named(backbone).unwrap();
    convert(&request(&path, &backbone, &out)).map_err(|error| error.to_string())
}

fn resnet18() -> BTreeMap<String, Vec<usize>> {
    state_dict(&Backbone::named("resnet18").unwrap())
}

#[track_caller]
fn refused(tensors: &BTreeMap<String, Vec<usize>>, backbone: &str, part: &str) {
    let error = outcome(tensors, backbone).unwrap_err();
    assert!(error.contains(part), "`{part}` is not in: {error}");
}

#[test]
fn another_network_is_recognised() {
    let part = "does not fit `vgg16`, but looks like `resnet18` (122 of 122 tensors): tensor ";
    refused(&resnet18(), "vgg16", part);
    refused(&resnet18(), "resnet34", "but looks like `resnet18` (122 of 122 tensors): tensor");
}

#[test]
fn a_deeper_network_is_none_that_is_less_deep() {
    let mut tensors = resnet18();
    for block in ["layer1.2", "layer2.2"] {
        let of_first: Vec<_> = tensors
            .iter()
            .filter(|(name, _)| name.starts_with("layer1.1."))
            .map(|(name, shape)| (name.replace("layer1.1", block), shape.clone()))
            .collect();
        tensors.extend(of_first);
    }
    let part = "does not fit `resnet18`, but looks like a resnet22, which is not known (nearest is `resnet34`: ";
    refused(&tensors, "resnet18", part);
    let part = "tensor `layer1.2.bn1.bias` does not belong to the backbone";
    refused(&tensors, "resnet18", part);
}

#[test]
fn the_first_mismatches_are_told_and_the_others_counted() {
    let mut tensors = resnet18();
    tensors.insert("layer1.0.conv1.weight".into(), vec![64, 32, 3, 3]);
    tensors.retain(|name, _| !name.starts_with("layer4.1."));
    let error = outcome(&tensors, "resnet18").unwrap_err();
    let first = "tensor `layer1.0.conv1.weight` has shape [64, 32, 3, 3], expected [64, 64, 3, 3], \
                 tensor `layer4.1.conv1.weight` is missing, tensor ";
    assert!(error.contains(first) && error.ends_with(", and 8 more"), "{error}");
}

#[test]
fn what_is_like_nothing_is_said_to_be_that() {
    let tensors = BTreeMap::from([("a.weight".to_owned(), vec![3, 3])]);
    let error = outcome(&tensors, "alexnet").unwrap_err();
    let part = "does not fit `alexnet`: tensor `conv1.weight` is missing, ";
    assert!(error.contains(part), "{error}");
}

#[test]
fn a_classifier_for_other_classes_comes_along() {
    let mut tensors = resnet18();
    tensors.insert("fc.weight".into(), vec![37, 512]);
    tensors.insert("fc.bias".into(), vec![37]);
    let converted = outcome(&tensors, "resnet18").unwrap();
    assert_eq!(converted.skipped, [""; 0]);
    let backbone = converted.weights.backbone();
    assert_eq!(backbone.classes().unwrap().1, 37);
    assert!(converted.weights.missing(backbone.probabilities).is_empty());

    // A bias of other classes than its kernel is none of it.
    tensors.insert("fc.bias".into(), vec![36]);
    let converted = outcome(&tensors, "resnet18").unwrap();
    assert_eq!(converted.skipped, ["fc.bias", "fc.weight"]);
    assert_eq!(converted.weights.missing(converted.weights.backbone().probabilities).len(), 2);

    // A head of several layers.
    tensors.retain(|name, _| !name.starts_with("fc."));
    tensors.insert("fc.0.weight".into(), vec![100, 512]);
    tensors.insert("fc.3.weight".into(), vec![37, 100]);
    assert_eq!(outcome(&tensors, "resnet18").unwrap().skipped, ["fc.0.weight", "fc.3.weight"]);
}

/// A file that sorts by names says nothing of the order of layers that have no numbers.
#[test]
fn only_numbers_in_names_say_which_layer_comes_first() {
    let named = |names: [&str; 2]| {
        let shapes = [vec![4, 3, 3, 3], vec![8, 4, 3, 3]];
        let mut tensors = BTreeMap::new();
        for (name, shape) in names.iter().zip(shapes) {
            tensors.insert(format!("{name}.bias"), vec![shape[0]]);
            tensors.insert(format!("{name}.weight"), shape);
        }
        tensors
    };
    let outcome = |tensors| {
        let folder = tempfile::tempdir().unwrap();
        let (path, out) = (written(folder.path(), &tensors), folder.path().join("out"));
        let of_tiny = request(&path, &TINY, &out);
        convert(&ConvertRequest { preset: Some("keras"), ..of_tiny })
    };
    // The shapes differ, so that the order does not matter.
    assert!(outcome(named(["first", "second"])).is_ok());
    assert!(outcome(named(["second", "first"])).is_err());
    assert!(outcome(named(["10", "9"])).is_err());
    assert!(outcome(named(["9", "10"])).is_ok());
}

/// Fully connected layers between the convolutions make it another network.
#[test]
fn a_network_that_squeezes_and_excites_is_none_that_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut tensors = BTreeMap::from([
        ("body.1.weight".to_owned(), vec![4, 3, 3, 3]),
        ("body.1.bias".to_owned(), vec![4]),
        ("body.2.weight".to_owned(), vec![8, 4, 3, 3]),
        ("body.2.bias".to_owned(), vec![8]),
    ]);
    let outcome = |tensors: &BTreeMap<String, Vec<usize>>| {
        let out = folder.path().join("out");
        let path = written(folder.path(), tensors);
        let converted =
            convert(&ConvertRequest { preset: Some("keras"), ..request(&path, &TINY, &out) });
        fs::remove_file(out).ok();
        converted
    };
    tensors.insert("head.weight".to_owned(), vec![5, 8]);
    assert_eq!(outcome(&tensors).unwrap().skipped, ["head.weight"]);
    tensors.insert("body.1.squeeze.weight".to_owned(), vec![2, 4]);
    assert!(outcome(&tensors).is_err());
}

/// Nothing says here whether Keras or PyTorch prepared the images.
#[test]
fn the_preset_is_not_guessed_where_names_do_not_say_it() {
    let folder = tempfile::tempdir().unwrap();
    let tensors = BTreeMap::from([
        ("0.weight".to_owned(), vec![4, 3, 3, 3]),
        ("0.bias".to_owned(), vec![4]),
        ("1.weight".to_owned(), vec![8, 4, 3, 3]),
        ("1.bias".to_owned(), vec![8]),
    ]);
    let (path, out) = (written(folder.path(), &tensors), folder.path().join("out"));
    let error = convert(&request(&path, &TINY, &out)).unwrap_err().to_string();
    assert!(
        error.contains("whether images are prepared as Keras or as torchvision does"),
        "{error}"
    );
    // PyTorch's own files are PyTorch's.
    assert!(convert(&request(&found("cut.pth"), &TINY, &out)).is_ok());
}

#[test]
fn a_file_of_keras_that_looks_like_a_network_is_said_to_be_that() {
    let folder = tempfile::tempdir().unwrap();
    let resnet50: Arc<Backbone> = Backbone::named("resnet50").unwrap();
    let out = folder.path().join("out");
    let error = convert(&request(&found("nested.h5"), &resnet50, &out)).unwrap_err().to_string();
    assert!(error.contains("Keras, which has no network of the same layout"), "{error}");
}
