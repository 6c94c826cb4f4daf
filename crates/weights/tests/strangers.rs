//! Files of weights that are damaged, or made to do harm.

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use ::hostile::{damaged, with_memory};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::found::{found, members};
use super::tiny::{convert_tiny, reference};

/// A process of these tests takes some 100 MiB for itself.
const MIB: u64 = 1024;

/// The message for `source`; nothing may have been written.
fn refusal(source: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let message = convert_tiny(source, &folder.path().join("out")).unwrap_err().to_string();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was written");
    assert!(message.contains(&source.display().to_string()), "{message}");
    message
}

#[track_caller]
fn assert_refused(source: &Path, part: &str) {
    let message = refusal(source);
    assert!(message.contains(part), "`{part}` is not in: {message}");
}

/// Converts damaged files, and says nothing of what becomes of them.
fn fuzz(names: &[&str], n_cases: u64) {
    let path = |name: &str| Some(reference(name)).filter(|path| path.exists());
    let read = |name: &&str| fs::read(path(name).unwrap_or_else(|| found(name))).unwrap();
    let sound: Vec<Vec<u8>> = names.iter().map(read).collect();
    let folder = tempfile::tempdir().unwrap();
    let [source, out] = ["source", "out"].map(|name| folder.path().join(name));
    damaged(&sound, n_cases, |bytes| {
        fs::write(&source, bytes).unwrap();
        let is_read = convert_tiny(&source, &out).is_ok();
        if is_read {
            fs::remove_file(&out).unwrap();
        }
        is_read
    });
}

#[test]
fn damaged_pickles_and_archives() {
    with_memory("strangers::damaged_pickles_and_archives", MIB, || {
        fuzz(&["torchvision.pth", "checkpoint.pth", "float16.pth", "legacy.pth"], 2000);
        fuzz(&["lightning.ckpt", "whole.pt", "protocol_4.pth", "bfloat16_legacy.pth"], 1000);
    });
}

/// The checksum of an archive catches most damage before the pickle is seen: here it fits.
#[test]
fn damaged_pickles_in_sound_archives() {
    with_memory("strangers::damaged_pickles_in_sound_archives", MIB, || {
        let bytes = fs::read(reference("torchvision.pth")).unwrap();
        let members = members(bytes);
        let is_pickle = |(name, _): &&(String, Vec<u8>)| name.ends_with("data.pkl");
        let pickle = members.iter().find(is_pickle).unwrap().1.clone();
        let folder = tempfile::tempdir().unwrap();
        let [source, out] = ["source", "out"].map(|name| folder.path().join(name));
        damaged(&[pickle], 2000, |pickle| {
            let replaced = members.iter().map(|member| match is_pickle(&member) {
                true => (member.0.as_str(), pickle),
                false => (member.0.as_str(), &member.1[..]),
            });
            fs::write(&source, archive_of(replaced)).unwrap();
            let is_read = convert_tiny(&source, &out).is_ok();
            if is_read {
                fs::remove_file(&out).unwrap();
            }
            is_read
        });
    });
}

#[test]
fn damaged_safetensors_and_onnx() {
    with_memory("strangers::damaged_safetensors_and_onnx", MIB, || {
        fuzz(&["keras.safetensors", "torchvision.safetensors"], 2000);
        fuzz(&["keras.onnx", "torchvision.onnx", "external.onnx"], 2000);
        fuzz(&["residual_folded.onnx", "residual_dynamo.onnx", "float64.safetensors"], 1000);
    });
}

#[test]
fn damaged_files_of_keras() {
    with_memory("strangers::damaged_files_of_keras", MIB, || {
        fuzz(&["keras_released.h5", "keras_model.h5", "keras_3.weights.h5", "float64.h5"], 1500);
        fuzz(&["nested.keras", "theano.h5", "float16.h5"], 500);
    });
}

/// An archive with these members, compressed.
fn archive_of<'a>(members: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn written(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("source");
    fs::write(&path, bytes).unwrap();
    path
}

/// A pickle that is a thousand times as large as its archive, and makes as much again of each byte.
#[test]
fn a_small_archive_does_not_take_all_memory() {
    with_memory("strangers::a_small_archive_does_not_take_all_memory", MIB, || {
        let folder = tempfile::tempdir().unwrap();
        let pairs = [
            &b"\x80\x02](K\x01K\x02eq\x00](".to_vec()[..],
            &b"h\x00".repeat(100_000),
            b"e\x85q\x01ccollections\nOrderedDict\nq\x02",
            &b"h\x02h\x01R".repeat(100_000),
            b".",
        ];
        let small = written(folder.path(), &archive_of([("a/data.pkl", &pairs.concat()[..])]));
        assert!(fs::metadata(&small).unwrap().len() < 4096);
        assert_refused(&small, "its pickle takes more than 128 MB");

        let bomb = archive_of([("a/data.pkl", &vec![b'N'; 200 << 20][..])]);
        let bomb = written(folder.path(), &bomb);
        assert_refused(&bomb, "`a/data.pkl` has 209715200 bytes, the limit is 16777216");
    });
}

/// The reference archive, whose first bias has fewer numbers than its shape.
#[test]
fn a_tensor_beyond_the_end_of_its_storage_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut members = members(fs::read(reference("torchvision.pth")).unwrap());
    for (name, bytes) in &mut members {
        bytes.truncate(if name.ends_with("data/1") { 8 } else { bytes.len() });
    }
    let members = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let archive = written(folder.path(), &archive_of(members));
    let reason = "bias` reaches beyond its storage, or is scattered over it";
    assert_refused(&archive, reason);
}

/// What `numpy.savez` writes, also of the weights of a Keras model.
#[test]
fn an_archive_of_numpy_arrays_is_told_with_the_way_to_convert_it() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive_of([("block1_conv1/kernel.npy", &b"\x93NUMPY"[..])]);
    let message = refusal(&written(folder.path(), &archive));
    assert!(message.contains("is an archive of NumPy arrays, which is not read\nhint: "));
}

/// The last storage of the reference file, longer than it says.
#[test]
fn a_member_of_another_size_than_it_says_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = archive_of([("a/data.pkl", &b"\x80\x02}.".repeat(100)[..])]);
    // The size before compression, in the central directory.
    let entry = archive.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    archive[entry + 24..entry + 28].copy_from_slice(&7_u32.to_le_bytes());
    assert_refused(&written(folder.path(), &archive), "damaged zip archive");
}

/// A message of two bytes takes a hundred times as much when it is decoded.
#[test]
fn a_model_of_very_many_empty_messages_takes_no_more_than_its_file() {
    with_memory(
        "strangers::a_model_of_very_many_empty_messages_takes_no_more_than_its_file",
        MIB,
        || {
            let folder = tempfile::tempdir().unwrap();
            let model = |field: u8| {
                let graph = [field << 3 | 2, 0].repeat(50 << 20);
                let mut model = vec![8, 8, 7 << 3 | 2];
                let mut len = graph.len();
                while len > 0x7f {
                    model.push(len as u8 | 0x80);
                    len >>= 7;
                }
                model.push(len as u8);
                model.extend(graph);
                written(folder.path(), &model)
            };
            // Nodes that do nothing, and constants without a name.
            assert_refused(&model(1), "has a graph that is larger than that of any network");
            assert_refused(&model(5), "has more than 100000 tensors");
        },
    );
}

#[test]
fn headers_and_files_without_end_are_refused() {
    with_memory("strangers::headers_and_files_without_end_are_refused", MIB, || {
        let folder = tempfile::tempdir().unwrap();
        let header = [&(90_u64 << 20).to_le_bytes()[..], &b"{".repeat(90 << 20)].concat();
        assert_refused(&written(folder.path(), &header), "HeaderTooLarge");
        for start in
            [&b"\x08\x08"[..], b"\0\0\0\0\0\0\0\0{", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."]
        {
            let path = written(folder.path(), start);
            File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
            let error = refusal(&path);
            assert!(error.starts_with("could not read"), "{error}");
        }
    });
}

#[test]
fn a_pipe_is_no_file_of_weights() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_refused(&pipe, "could not read");
}

/// Files of HDF5 that lead out of themselves.
mod hdf5_files {
    use super::*;

    /// A file that `make` fills, in a folder with a pipe, to which everything leads: whoever follows waits
    /// for ever.
    fn file(make: impl FnOnce(&hdf5::File, &str)) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, path) = (folder.path().join("pipe"), folder.path().join("source.h5"));
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let file = hdf5::File::create(&path).unwrap();
        make(&file, pipe.to_str().unwrap());
        file.close().unwrap();
        (folder, path)
    }

    #[test]
    fn links_that_lead_elsewhere_are_refused_by_name() {
        let (_folder, path) = file(|file, pipe| {
            file.link_external(pipe, "/a", "outside").unwrap();
        });
        assert_refused(&path, "has a link to another file at `/outside`");
        let (_folder, path) = file(|file, pipe| {
            let layer = file.create_group("block1_conv1").unwrap();
            layer.link_external(pipe, "/a", "kernel:0").unwrap();
        });
        assert_refused(&path, "has a link to another file at `/block1_conv1/kernel:0`");
        let (_folder, path) = file(|file, pipe| {
            file.link_external(pipe, "/", "optimizer").unwrap();
            file.create_group("block1_conv1").unwrap();
            file.link_soft("/optimizer/a", "block1_conv2").unwrap();
        });
        assert_refused(&path, "has a soft link at `/block1_conv2`");
    }

    #[test]
    fn values_that_lie_elsewhere_are_refused_by_name() {
        let (_folder, path) = file(|file, pipe| {
            let layer = file.create_group("block1_conv1").unwrap();
            let dataset = layer.new_dataset::<f32>().shape(4);
            dataset.external(pipe, 0, 16).create("bias:0").unwrap();
        });
        let part = "has a dataset whose values lie in other files at `/block1_conv1/bias:0`";
        assert_refused(&path, part);
        let (_folder, path) = file(|file, pipe| {
            let layer = file.create_group("block1_conv1").unwrap();
            let dataset = layer.new_dataset::<f32>().shape(4);
            dataset.virtual_map(pipe, "a", 4, .., 4, ..).create("bias:0").unwrap();
        });
        assert_refused(&path, "has a virtual dataset at `/block1_conv1/bias:0`");
    }

    #[test]
    fn filters_of_plugins_are_refused_by_name() {
        let (_folder, path) = file(|file, _| {
            let layer = file.create_group("block1_conv1").unwrap();
            let dataset = layer.new_dataset::<f32>().shape(4).chunk(4);
            dataset.nbit().create("bias:0").unwrap();
        });
        assert_refused(&path, "has a dataset under the filter 5 at `/block1_conv1/bias:0`");
        let (_folder, path) = file(|file, _| {
            let layer = file.create_group("block1_conv1").unwrap();
            let dataset = layer.new_dataset::<f32>().shape((4..,)).chunk(1 << 20);
            dataset.deflate(1).create("bias:0").unwrap();
        });
        assert_refused(&path, "a dataset in pieces that are larger than it is");
        let (_folder, path) = file(|file, _| {
            let layer = file.create_group("block1_conv1").unwrap();
            let dataset = layer.new_dataset::<f32>().shape(1 << 19).chunk(1 << 19).deflate(1);
            // Numbers that do not become fewer.
            let noise = |i: u32| f32::from_bits(i.wrapping_mul(0x9E37_79B1) & 0x7F7F_FFFF);
            let values: Vec<f32> = (0..1 << 19).map(noise).collect();
            dataset.create("bias:0").unwrap().write_raw(&values).unwrap();
        });
        assert_refused(&path, "a dataset in compressed pieces of more than a megabyte");
    }

    /// Compressed values that lie in the file are read as before.
    #[test]
    fn deflate_shuffle_and_checksums_are_read() {
        let (folder, path) = file(|file, _| {
            let sound = hdf5::File::open(reference("keras_released.h5")).unwrap();
            for layer in ["block1_conv1", "block1_conv2"] {
                let (from, to) = (sound.group(layer).unwrap(), file.create_group(layer).unwrap());
                for name in from.member_names().unwrap() {
                    let dataset = from.dataset(&name).unwrap();
                    let values = dataset.read_raw::<f32>().unwrap();
                    let made =
                        to.new_dataset::<f32>().shape(dataset.shape()).chunk(dataset.shape());
                    let made = made.shuffle().deflate(6).fletcher32().create(&*name).unwrap();
                    made.write_raw(&values).unwrap();
                }
            }
        });
        let converted = convert_tiny(&path, &folder.path().join("out")).unwrap();
        assert_eq!(converted.weights.digest(), super::super::tiny::expected().digest);
    }

    /// Fourteen groups with twelve links each to the next: 12^14 places.
    #[test]
    fn a_maze_of_links_is_refused() {
        let (_folder, path) = file(|file, _| {
            file.create_group("0").unwrap();
            for level in 1..14 {
                let group = file.create_group(&format!("optimizer/{level}")).unwrap();
                for name in 0..12 {
                    let below =
                        if level == 1 { "/0".into() } else { format!("/optimizer/{}", level - 1) };
                    group.link_hard(&below, &name.to_string()).unwrap();
                }
            }
            file.link_hard("/optimizer/13", "maze").unwrap();
        });
        assert_refused(&path, "has more than 10000 groups and datasets");
    }
}
