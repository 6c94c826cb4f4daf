//! Sources that are not converted, and what is said about them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use onnx::{Message as _, ModelProto};
use safetensors::tensor::{Dtype, TensorView};

use super::tiny::{convert_tiny, expected, reference};

/// The message for `source`; nothing may have been written.
fn refusal(source: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    let message = convert_tiny(source, &out).unwrap_err().to_string();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was written");
    assert!(message.contains(&source.display().to_string()), "{message}");
    message
}

fn refusal_of_bytes(bytes: &[u8]) -> String {
    let source = tempfile::NamedTempFile::new().unwrap();
    fs::write(source.path(), bytes).unwrap();
    refusal(source.path())
}

/// The reference tensors as safetensors, after a change.
fn refusal_after(change: impl FnOnce(&mut BTreeMap<String, (Vec<usize>, Vec<f32>)>)) -> String {
    let mut tensors =
        expected().tensors.into_iter().map(|(n, t)| (n, (t.shape, t.values))).collect();
    change(&mut tensors);
    let bytes: BTreeMap<_, (Vec<usize>, Vec<u8>)> = tensors
        .into_iter()
        .map(|(name, (shape, values))| {
            (name, (shape, values.iter().flat_map(|value| value.to_le_bytes()).collect()))
        })
        .collect();
    let views = bytes.iter().map(|(name, (shape, bytes))| {
        (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    });
    refusal_of_bytes(&safetensors::serialize(views, None).unwrap())
}

#[track_caller]
fn assert_contains(message: &str, part: &str) {
    assert!(message.contains(part), "`{part}` is not in: {message}");
}

#[test]
fn a_missing_tensor_is_named() {
    let message = refusal_after(|tensors| drop(tensors.remove("block1_conv2.bias")));
    assert_contains(&message, "tensor `block1_conv2.bias` is missing");
}

#[test]
fn an_extra_tensor_is_named() {
    let message = refusal_after(|tensors| {
        tensors.insert("block9_conv1.bias".into(), (vec![1], vec![0.0]));
    });
    assert_contains(&message, "tensor `block9_conv1.bias` does not belong to the backbone");
}

#[test]
fn a_misshapen_tensor_is_named_with_both_shapes() {
    let message = refusal_after(|tensors| {
        tensors.get_mut("block1_conv1.weight").unwrap().0 = vec![3, 4, 3, 3];
    });
    let expected = "tensor `block1_conv1.weight` has shape [3, 4, 3, 3], expected [4, 3, 3, 3]";
    assert_contains(&message, expected);
}

#[test]
fn two_tensors_for_one_place_are_refused() {
    let message = refusal_after(|tensors| {
        let bias = tensors["block1_conv1.bias"].clone();
        tensors.insert("features.0.bias".into(), bias);
    });
    assert_contains(&message, "tensor `features.0.bias` is a second `block1_conv1.bias`");
}

#[test]
fn a_pickle_that_calls_a_function_is_refused_and_not_executed() {
    let message = refusal(&reference("calls_system.pth"));
    let part = "has no tensors; its pickle names `posix.system`, which is not executed\nhint: ";
    assert_contains(&message, part);
    assert!(!Path::new("executed").exists());
}

#[test]
fn onnx_with_its_values_elsewhere_is_refused() {
    let message = refusal(&reference("external.onnx"));
    assert_contains(&message, "keeps the values of `features.0.weight` in another file");
}

#[test]
fn a_file_of_ours_is_not_converted_again() {
    let (_folder, path) = super::tiny::converted();
    assert_contains(&refusal(&path), "is converted already");
}

#[test]
fn files_of_other_kinds_are_refused() {
    for bytes in [&b""[..], b"name,label\na.png,1\n", b"\x89PNG\r\n\x1a\n"] {
        assert_contains(&refusal_of_bytes(bytes), "is of an unknown format\nhint: known are");
    }
}

#[test]
fn a_zip_archive_of_another_kind_is_refused() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("config.json", zip::write::SimpleFileOptions::default()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    let message = refusal_of_bytes(&bytes);
    assert_contains(&message, "it has no `data.pkl` and no `model.weights.h5`\nhint: ");
}

#[test]
fn an_absent_source_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_contains(&refusal(&folder.path().join("absent.h5")), "could not read");
}

#[test]
fn every_format_cut_short_is_refused() {
    let files = [
        "keras_released.h5",
        "torchvision.pth",
        "legacy.pth",
        "keras.onnx",
        "torchvision.onnx",
        "keras.safetensors",
    ];
    for name in files {
        let bytes = fs::read(reference(name)).unwrap();
        for length in [bytes.len() / 2, bytes.len() * 9 / 10, bytes.len() - 1] {
            refusal_of_bytes(&bytes[..length]);
        }
    }
}

#[test]
fn an_altered_storage_in_a_zip_archive_is_refused() {
    let mut bytes = fs::read(reference("torchvision.pth")).unwrap();
    // A value that occurs once: the first bias, which the archive stores uncompressed.
    let value = expected().tensors["block1_conv1.bias"].values[0].to_le_bytes();
    let at = bytes.windows(4).position(|window| window == value).unwrap();
    bytes[at] ^= 1;
    assert_contains(&refusal_of_bytes(&bytes), "is a damaged zip archive");
}

/// The first constant of four numbers, a bias, says that it has five.
#[test]
fn a_constant_of_other_numbers_than_its_shape_is_refused() {
    let mut model = ModelProto::decode(&*fs::read(reference("torchvision.onnx")).unwrap()).unwrap();
    let graph = model.graph.as_mut().unwrap();
    let bias = graph.initializer.iter_mut().find(|tensor| tensor.dims == [4]).unwrap();
    bias.raw_data.truncate(12);
    bias.float_data.truncate(3);
    let message = refusal_of_bytes(&model.encode_to_vec());
    assert_contains(&message, "bias` holds 3 values, expected 4 by its shape");
}

#[test]
fn hdf5_groups_that_contain_themselves_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loop.h5");
    let file = hdf5::File::create(&path).unwrap();
    file.create_group("a").unwrap().link_hard("/", "again").unwrap();
    file.close().unwrap();
    assert_contains(&refusal(&path), "nests groups too deeply, down to `/a/again/a");
}

#[test]
fn an_hdf5_dataset_that_would_make_it_another_network_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("extra.h5");
    fs::copy(reference("keras_released.h5"), &path).unwrap();
    let file = hdf5::File::open_rw(&path).unwrap();
    let group = file.create_group("block1_conv3").unwrap();
    group.new_dataset::<f32>().shape(2).create("bias:0").unwrap();
    // Whatever is left of a file keeps it open, with the lock that it was opened with.
    drop(group);
    file.close().unwrap();
    assert_contains(
        &refusal(&path),
        "tensor `/block1_conv3/bias:0` does not belong to the backbone",
    );
}
