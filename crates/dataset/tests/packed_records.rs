//! IDX files as they are found: packed, in folders of their own names, with or without names of classes.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use dataset::{Content, Manifest, Record, RecordFiles};
use flate2::Compression;
use flate2::write::GzEncoder;
use schema::Split;
use tempfile::TempDir;

use crate::tree::{put, read, refused, rows, tree};

/// Three images of 2 x 2 pixels and their labels.
fn idx(labels: [u8; 3]) -> [Vec<u8>; 2] {
    let images = [
        &[0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2][..],
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ];
    [images.concat(), [&[0, 0, 8, 1, 0, 0, 0, 3][..], &labels].concat()]
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A training part under names `images` and `labels`, packed where they end in `.gz`.
fn set(images: &str, labels: &str) -> TempDir {
    let root = tree([]);
    add(root.path(), images, labels);
    root
}

fn add(root: &Path, images: &str, labels: &str) {
    for (name, bytes) in [images, labels].into_iter().zip(idx([1, 0, 2])) {
        put(root, name, if name.ends_with(".gz") { packed(&bytes) } else { bytes });
    }
}

fn pixels(manifest: &Manifest) -> Vec<Vec<u8>> {
    let files = RecordFiles::default();
    let record = |sample: dataset::Sample<'_>| {
        let Content::Record(place) = sample.content(&manifest.root) else { panic!("a record") };
        let Record { width: 2, height: 2, channels: 1, pixels } = files.read(&place, 4).unwrap()
        else {
            panic!("2 x 2 gray")
        };
        assert_eq!(place.read(4).unwrap().pixels, pixels);
        pixels
    };
    manifest.samples.iter().map(record).collect()
}

#[test]
fn packed_files_are_read_as_unpacked_ones() {
    let plain = read("idx", set("train-images-idx3-ubyte", "train-labels-idx1-ubyte").path());
    for (images, labels) in [
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz"),
        ("MNIST/raw/train-images-idx3-ubyte.gz", "MNIST/raw/train-labels-idx1-ubyte.gz"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        ("train-images.idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        (
            "a/train-images-idx3-ubyte/train-images-idx3-ubyte",
            "a/train-labels-idx1-ubyte/train-labels-idx1-ubyte",
        ),
        (
            "train-images-idx3-ubyte/train-images-idx3-ubyte",
            "train-labels-idx1-ubyte/train-labels-idx1-ubyte",
        ),
        ("train-images-idx3-ubyte/train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    ] {
        let root = set(images, labels);
        let manifest = read("idx", root.path());
        assert_eq!(manifest.classes, plain.classes);
        let labels = |manifest: &Manifest| -> Vec<_> {
            manifest.samples.iter().map(|sample| (sample.label, sample.split)).collect()
        };
        assert_eq!(labels(&manifest), labels(&plain), "{images}");
        assert_eq!(rows(&manifest)[2].0, format!("{images}#0000002"));
        assert_eq!(pixels(&manifest), [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], "{images}");
    }
}

#[test]
fn of_two_copies_one_is_read() {
    let root = set("raw/train-images-idx3-ubyte", "raw/train-labels-idx1-ubyte");
    add(root.path(), "raw/train-images-idx3-ubyte.gz", "raw/train-labels-idx1-ubyte.gz");
    let manifest = read("idx", root.path());
    assert_eq!((manifest.samples.len(), manifest.notes.len()), (3, 0));
    assert_eq!(rows(&manifest)[0].0, "raw/train-images-idx3-ubyte#0000000");
    add(root.path(), "raw/train-images.idx3-ubyte", "raw/train-labels.idx1-ubyte");
    let manifest = read("idx", root.path());
    let note = "`raw/train-images-idx3-ubyte` is read, and not `raw/train-images.idx3-ubyte`";
    assert_eq!((manifest.samples.len(), manifest.notes), (3, vec![note.to_owned()]));
}

#[test]
fn packed_files_that_are_odd_are_refused_by_name() {
    let root = set("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz");
    let file = root.path().join("train-images-idx3-ubyte.gz");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 9]).unwrap();
    let error = crate::tree::try_read("idx", root.path()).unwrap_err().to_string();
    assert!(error.contains("train-images-idx3-ubyte.gz`: "), "{error}");
    fs::write(&file, packed(&idx([0; 3])[0][..27])).unwrap();
    refused("idx", root.path(), &["has 27 bytes, not those of 3 images of 2 x 2"]);
    fs::write(&file, packed(b"\0\0\x08\x01")).unwrap();
    refused("idx", root.path(), &["train-images-idx3-ubyte.gz", "no IDX file of images"]);
    fs::write(&file, &whole).unwrap();
    put(root.path(), "train-labels-idx1-ubyte.gz", packed(&[0; 4000]));
    refused("idx", root.path(), &["train-labels-idx1-ubyte.gz` has more than 11 bytes"]);
    let endless = [&idx([0; 3])[0][..], &[0; 4000]].concat();
    fs::write(&file, packed(&endless)).unwrap();
    refused("idx", root.path(), &["bytes, not those of 3 images of 2 x 2"]);
    fs::write(&file, &whole).unwrap();
    fs::remove_file(root.path().join("train-labels-idx1-ubyte.gz")).unwrap();
    refused(
        "idx",
        root.path(),
        &["there is no", "train-labels-idx1-ubyte`", "the labels of the images"],
    );
}

#[test]
fn classes_are_called_by_a_file_of_names() {
    let root = set("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    put(root.path(), "names.txt", "zero\none thing\n\ntwo\nthree\n");
    let manifest = read("idx:names=names.txt", root.path());
    assert_eq!(manifest.classes, ["zero", "one thing", "two", "three"]);
    assert_eq!(rows(&manifest).iter().map(|row| row.1.unwrap()).collect::<Vec<_>>(), [1, 0, 2]);
    let fashion = read("idx:names=fashion-mnist", root.path());
    assert_eq!((fashion.classes.len(), &*fashion.classes[1]), (10, "Trouser"));
    put(root.path(), "names.txt", "zero\none\n");
    let words = ["names.txt` has 2 names of classes, and none for the label 2", "from 0 on"];
    refused("idx:names=names.txt", root.path(), &words);
    refused("idx:names=other.txt", root.path(), &["there is no", "other.txt", "name of the class"]);
}

/// The real thing, where the Debian package `dataset-fashion-mnist` is unpacked.
#[test]
fn the_package_of_debian_is_read_as_it_is() {
    let Some(root) = std::env::var_os("OFFSHELF_TEST_FASHION_MNIST") else { return };
    let manifest = read("idx", Path::new(&root));
    let parts = [Split::Train, Split::Test]
        .map(|split| manifest.samples.iter().filter(|s| s.split == split).count());
    assert_eq!(parts, [60_000, 10_000]);
    assert_eq!((&*manifest.classes[0], &*manifest.classes[9]), ("T-shirt/top", "Ankle boot"));
    assert_eq!(
        manifest.notes,
        ["the labels are those of Fashion-MNIST, whose names the classes get"]
    );
}
