//! Strings of fixed length: any text comes back, and damaged text is refused.

use std::fs;
use std::path::Path;

use feature_cache::{Cache, Checksums, verify};
use hdf5::types::{FixedAscii, FixedUnicode, VarLenUnicode};
use ndarray::Array2;

use super::{header, samples, write};

/// Writes a cache whose paths have these names, and opens it.
fn cache(path: &Path, names: &[String]) -> Cache {
    let mut samples = samples(names.len() as u8);
    samples.iter_mut().zip(names).for_each(|(sample, name)| sample.path.clone_from(name));
    let (gap, max) = (Array2::zeros((names.len(), 3)), Array2::zeros((2 * names.len(), 2)));
    feature_cache::write(path, &header(), &samples, &[], &[gap.view(), max.view()]).unwrap();
    Cache::open(path).unwrap()
}

/// One of them is longer than a piece that is read at a time.
#[test]
fn strings_of_any_length_come_back() {
    let folder = tempfile::tempdir().unwrap();
    for (file, longest) in [("long.h5", 1_500_000), ("short.h5", 0)] {
        let name =
            |i: usize| format!("{i}/{}", "ü".repeat(7 * i + if i == 3 { longest } else { 0 }));
        let names: Vec<String> = (0..7).map(name).collect();
        let cache = cache(&folder.path().join(file), &names);
        assert_eq!(cache.paths().unwrap(), names);
        assert!(cache.samples().map(|sample| sample.unwrap().path).eq(names));
        assert_eq!(cache.errors().unwrap(), []);
        assert_eq!(verify(&cache).unwrap(), []);
    }
}

#[test]
fn a_string_takes_the_bytes_of_the_longest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    cache(&path, &["a", "bör", ""].map(str::to_owned));
    let file = hdf5::File::open(&path).unwrap();
    let dataset = file.dataset("samples/path").unwrap();
    assert_eq!(dataset.dtype().unwrap().size(), 4);
    let read: Vec<FixedUnicode<4>> = dataset.read_raw().unwrap();
    assert_eq!(read.iter().map(FixedUnicode::as_str).collect::<Vec<_>>(), ["a", "bör", ""]);
    let offset = dataset.offset().unwrap() as usize;
    assert_eq!(&fs::read(&path).unwrap()[offset..][..12], "a\0\0\0bör\0\0\0\0".as_bytes());
}

#[test]
fn a_nul_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache(&folder.path().join("cache.h5"), &["a\0b".to_owned()]);
    assert_eq!(cache.paths().unwrap(), ["ab"]);
}

#[test]
fn text_that_is_no_utf8() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 5);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(11).position(|window| window == b"cat/003.jpg").unwrap();
    bytes[at] = 0xff;
    fs::write(&path, bytes).unwrap();
    let cache = Cache::open_with(&path, Checksums::Ignore).unwrap();
    let message = cache.paths().unwrap_err().to_string();
    assert!(message.contains("`/samples/path` holds a string that is not UTF-8"), "{message}");
}

#[test]
fn strings_of_another_type_are_read() {
    let classes = |replace: &dyn Fn(&hdf5::File)| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.h5");
        write(&path, 5);
        let file = hdf5::File::open_rw(&path).unwrap();
        file.unlink("classes/name").unwrap();
        replace(&file);
        file.close().unwrap();
        let error = Cache::open(&path).err().expect("they are not what was written").to_string();
        assert!(error.contains("`/classes/name` does not hold what was written"), "{error}");
        Cache::open_with(&path, Checksums::Ignore).unwrap().classes().to_vec()
    };
    let ascii = classes(&|file| {
        let names: [FixedAscii<4>; 2] =
            ["cat", "dog"].map(|name| FixedAscii::from_ascii(name).unwrap());
        file.new_dataset_builder().with_data(&names).create("classes/name").unwrap();
    });
    assert_eq!(ascii, ["cat", "dog"]);
    let variable = classes(&|file| {
        let names: [VarLenUnicode; 2] = ["cat", "dog"].map(|name| name.parse().unwrap());
        file.new_dataset_builder().with_data(&names).create("classes/name").unwrap();
    });
    assert_eq!(variable, ["cat", "dog"]);
}
