//! Every published format becomes the same file.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use backbone::weights::{Metadata, Weights};
use backbone::{Backbone, Builder, INPUT, Kernel, Layer};
use weights::{Classifier, ConvertError, ConvertRequest, Format, convert};

use safetensors::tensor::{Dtype, TensorView};

use super::tiny::{TINY, convert_tiny, converted, expected, reference, request};

/// Converts a reference file and compares everything with what the script computed. No tolerance:
/// conversion moves numbers and computes none.
fn check(source: &str, format: Format, preset: &str, skipped: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    let converted = convert_tiny(&reference(source), &out).unwrap();
    assert_eq!(converted.format, format);
    assert_eq!(converted.skipped, skipped);

    let weights = Weights::open_for(&out, &TINY).unwrap();
    let expected = expected();
    assert_eq!(weights.digest(), expected.digest);
    assert_eq!(weights.metadata().preset, preset);
    assert_eq!(weights.backbone(), &*TINY);
    assert_eq!(weights, converted.weights);
    assert_eq!(weights.tensors().count(), expected.tensors.len());
    for (name, tensor) in expected.tensors {
        let got = weights.tensor(&name).unwrap();
        assert_eq!(got.shape(), tensor.shape, "{name}");
        assert_eq!(got.values(), tensor.values, "{name}");
    }
}

#[test]
fn keras_released_hdf5() {
    check("keras_released.h5", Format::KerasHdf5, "keras", &["/fc1/fc1_W_1:0"]);
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
    let weights = Weights::open_for(&path, &TINY).unwrap();
    assert_eq!(weights.metadata().name, "keras");
    assert_eq!(weights.metadata().licence, "unknown");
    let origin = &weights.metadata().origin;
    let sha256 = origin.strip_prefix("keras.safetensors (SHA-256 ").unwrap().trim_end_matches(')');
    assert_eq!(sha256.len(), 64);
}

#[test]
fn what_the_user_states_wins_over_what_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    let source = reference("torchvision.pth");
    let (preset, name, licence) = (Some("keras"), Some("mine"), Some("CC0"));
    convert(&ConvertRequest { preset, name, licence, ..request(&source, &TINY, &out) }).unwrap();
    let weights = Weights::open_for(&out, &TINY).unwrap();
    let Metadata { preset, name, licence, .. } = weights.metadata();
    assert_eq!([preset, name, licence], ["keras", "mine", "CC0"]);
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

/// A network with a fully connected layer on maps of 2x2 pixels.
fn with_classifier() -> Arc<Backbone> {
    let mut graph = Builder::new();
    let layer = |name, module| Layer::new(name, module).keras(name);
    let kernel = Kernel::square(3);
    let conv = graph.convolution(INPUT, layer("block1_conv1", "features.0"), 2, kernel, true);
    graph.begin_classifier();
    graph.dense(conv, layer("fc1", "classifier.0"), 3, 2, &[]);
    Arc::new(graph.finish("dense", 2, "torchvision"))
}

/// The bytes of `values` as safetensors have them.
fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// torchvision's tensors of that network, the classifier's kernel [3, 8] with inputs in the order
/// channel, row, column.
fn torchvision_file(path: &Path, n_classes: usize) {
    let kernel = bytes(&(0..54).map(|i| i as f32).collect::<Vec<_>>());
    let dense = bytes(&(0..8 * n_classes).map(|i| i as f32).collect::<Vec<_>>());
    let (two, classes) = (bytes(&[1.0, 2.0]), bytes(&vec![0.5; n_classes]));
    let view = |shape: &[usize], bytes| TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap();
    let tensors = [
        ("features.0.weight", view(&[2, 3, 3, 3], &kernel)),
        ("features.0.bias", view(&[2], &two)),
        ("classifier.0.weight", view(&[n_classes, 8], &dense)),
        ("classifier.0.bias", view(&[n_classes], &classes)),
    ];
    fs::write(path, safetensors::serialize(tensors, None).unwrap()).unwrap();
}

/// Keras' datasets of the same: height, width, input, output; the inputs of the fully connected layer
/// in the order row, column, channel.
fn keras_file(path: &Path) {
    let file = hdf5::File::create(path).unwrap();
    let write = |layer: &str, shape: &[usize], values: &[f32], bias: &[f32]| {
        let group = file.create_group(layer).unwrap();
        let kernel = group.new_dataset::<f32>().shape(shape.to_vec()).create("kernel:0").unwrap();
        kernel.write_raw(values).unwrap();
        group.new_dataset_builder().with_data(bias).create("bias:0").unwrap();
    };
    let mut kernel = vec![0.0; 54];
    for (i, output, input, pixel) in (0..54).map(|i| (i, i / 27, i / 9 % 3, i % 9)) {
        kernel[(pixel * 3 + input) * 2 + output] = i as f32;
    }
    write("block1_conv1", &[3, 3, 3, 2], &kernel, &[1.0, 2.0]);
    let mut dense = vec![0.0; 24];
    for (i, output, channel, pixel) in (0..24).map(|i| (i, i / 8, i / 4 % 2, i % 4)) {
        dense[(pixel * 2 + channel) * 3 + output] = i as f32;
    }
    write("fc1", &[8, 3], &dense, &[0.5; 3]);
    file.close().unwrap();
}

fn convert_dense(
    source: &Path,
    classifier: Classifier,
) -> Result<(Vec<String>, Weights), ConvertError> {
    let folder = tempfile::tempdir().unwrap();
    let (out, backbone) = (folder.path().join("out.safetensors"), with_classifier());
    let converted = convert(&ConvertRequest { classifier, ..request(source, &backbone, &out) })?;
    let weights = Weights::open_for(&out, &backbone).unwrap();
    Ok((converted.skipped, weights))
}

#[test]
fn fully_connected_layers_of_keras_and_torchvision_become_the_same_convolution() {
    let folder = tempfile::tempdir().unwrap();
    let [torch, keras] = ["torch", "keras"].map(|name| folder.path().join(name));
    torchvision_file(&torch, 3);
    keras_file(&keras);
    let (_, from_torch) = convert_dense(&torch, Classifier::Keep).unwrap();
    let (_, from_keras) = convert_dense(&keras, Classifier::Keep).unwrap();
    let kernel = from_torch.tensor("fc1.weight").unwrap();
    assert_eq!(kernel.shape(), [3, 2, 2, 2]);
    assert!(kernel.values().iter().enumerate().all(|(i, &value)| value == i as f32));
    assert_eq!(from_torch.digest(), from_keras.digest());
    let presets = [&from_torch, &from_keras].map(|weights| &weights.metadata().preset[..]);
    assert_eq!(presets, ["torchvision", "keras"]);
}

#[test]
fn a_classifier_of_other_classes_is_kept_unless_it_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("fine-tuned");
    torchvision_file(&source, 5);
    let (skipped, weights) = convert_dense(&source, Classifier::Keep).unwrap();
    assert_eq!((skipped.len(), weights.backbone().classes().unwrap().1), (0, 5));
    assert_eq!(weights.tensor("fc1.weight").unwrap().shape(), [5, 2, 2, 2]);
    let (skipped, weights) = convert_dense(&source, Classifier::LeaveOut).unwrap();
    assert_eq!(skipped, ["classifier.0.bias", "classifier.0.weight"]);
    assert_eq!(weights.tensors().count(), 2);
}

#[test]
fn a_file_of_keras_is_refused_for_a_network_that_keras_has_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (reference("keras_released.h5"), folder.path().join("out.safetensors"));
    let backbone = Backbone::named("resnet50").unwrap();
    let error = convert(&request(&source, &backbone, &out)).unwrap_err().to_string();
    assert!(
        error.contains("Keras, which has no network of the same layout as `resnet50`"),
        "{error}"
    );
}

/// A state dict of PyTorch counts batches; that of Inception v3 has a second classifier, for training.
#[test]
fn what_a_state_dict_has_for_training_is_left_out() {
    let mut graph = Builder::new();
    let layer = Layer::of_module("conv");
    let conv = graph.convolution(INPUT, layer, 1, Kernel::square(1), false);
    graph.batch_norm(conv, Layer::of_module("bn"), 1e-5);
    let auxiliary = vec!["AuxLogits".to_owned()];
    let backbone = Backbone { auxiliary, ..graph.finish("trained", 1, "torchvision") };
    let folder = tempfile::tempdir().unwrap();
    let [source, out] = ["source", "out"].map(|name| folder.path().join(name));
    let zeros = [0; 12];
    let view = |shape: &[usize]| {
        let n_bytes = 4 * shape.iter().product::<usize>();
        TensorView::new(Dtype::F32, shape.to_vec(), &zeros[..n_bytes]).unwrap()
    };
    let tensors = [
        ("conv.weight", view(&[1, 3, 1, 1])),
        ("bn.weight", view(&[1])),
        ("bn.bias", view(&[1])),
        ("bn.running_mean", view(&[1])),
        ("bn.running_var", view(&[1])),
        ("bn.num_batches_tracked", view(&[])),
        ("AuxLogits.conv.weight", view(&[2])),
    ];
    fs::write(&source, safetensors::serialize(tensors, None).unwrap()).unwrap();
    let converted = convert(&request(&source, &Arc::new(backbone), &out)).unwrap();
    assert_eq!(converted.skipped, ["AuxLogits.conv.weight"]);
    assert_eq!(converted.weights.tensors().count(), 5);
}
