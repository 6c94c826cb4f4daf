//! Strings whose heap, or whose references to it, are damaged.

use std::fs;
use std::path::Path;

use feature_cache::Cache;

use super::{samples, write};

/// Bytes of a heap before its first object.
const HEAP_HEADER: usize = 16;

/// A cache changed by `damage`, which is told where the first heap and the references to paths begin:
/// the message that says so, on opening or on reading the paths. That heap is full of paths.
fn message(damage: impl FnOnce(&mut [u8], usize, usize)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 250);
    let mut bytes = fs::read(&path).unwrap();
    let heap = bytes.windows(4).position(|window| window == b"GCOL").unwrap();
    damage(&mut bytes, heap, references(&path));
    fs::write(&path, bytes).unwrap();
    let message = match Cache::open(&path) {
        Ok(cache) => cache.paths().unwrap_err().to_string(),
        Err(error) => error.to_string(),
    };
    assert!(message.contains("cache.h5` is damaged") && message.contains("hint:"), "{message}");
    message
}

fn references(path: &Path) -> usize {
    let offset = hdf5::File::open(path).unwrap().dataset("samples/path").unwrap().offset();
    offset.unwrap() as usize
}

/// HDF5's own reader never returns from this one.
#[test]
fn a_zeroed_record_ends_a_heap() {
    let message = message(|bytes, heap, _| bytes[heap + HEAP_HEADER..][..16].fill(0));
    assert!(message.contains("refers to a string that is not there"), "{message}");
}

#[test]
fn a_heap_that_is_none() {
    for at in [0, 4, 15] {
        let message = message(|bytes, heap, _| bytes[heap + at] = 0x7f);
        assert!(message.contains("refers to a damaged heap"), "{at}: {message}");
    }
}

#[test]
fn an_object_longer_than_its_heap() {
    let message = message(|bytes, heap, _| bytes[heap + HEAP_HEADER + 8..][..8].fill(0xff));
    assert!(message.contains("refers to a damaged heap"), "{message}");
}

#[test]
fn an_object_of_a_large_index() {
    let message = message(|bytes, heap, _| bytes[heap + HEAP_HEADER + 1] = 0xff);
    assert!(message.contains("refers to a damaged heap"), "{message}");
}

/// HDF5's own reader asks for as much memory as such a reference says.
#[test]
fn a_reference_longer_than_its_object() {
    let message = message(|bytes, _, references| bytes[references + 3] = 0x7f);
    assert!(message.contains("refers to a string that is not there"), "{message}");
}

#[test]
fn a_reference_out_of_the_file() {
    for at in [7, 11] {
        let message = message(|bytes, _, references| bytes[references + at] = 0xff);
        assert!(message.contains("refers to a damaged heap"), "{message}");
    }
}

#[test]
fn text_that_is_no_utf8() {
    let message = message(|bytes, _, _| {
        let at = bytes.windows(11).position(|window| window == b"cat/003.jpg").unwrap();
        bytes[at] = 0xff;
    });
    assert!(message.contains("`/samples/path` holds a string that is not UTF-8"), "{message}");
}

/// More text than one heap holds, and a string larger than one.
#[test]
fn strings_of_many_heaps() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let mut samples = samples(200);
    for (i, sample) in samples.iter_mut().enumerate() {
        sample.path = format!("{i:03}/{}", "ü".repeat(7 * i + if i == 77 { 50_000 } else { 0 }));
    }
    let features = [ndarray::Array2::zeros((200, 3)), ndarray::Array2::zeros((400, 2))];
    let features = features.each_ref().map(ndarray::Array2::view);
    feature_cache::write(&path, &super::header(), &samples, &[], &features).unwrap();
    let cache = Cache::open(&path).unwrap();
    assert!(cache.paths().unwrap().iter().eq(samples.iter().map(|sample| &sample.path)));
    assert_eq!(cache.errors().unwrap(), []);
}
