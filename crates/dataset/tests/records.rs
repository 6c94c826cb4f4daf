use std::path::Path;

use dataset::{Content, Manifest, Record, RecordError, RecordPlace};
use schema::Split;

use crate::tree::{put, read, refused, rows, tree};

/// An IDX file of images `height` x `width`, one after the other.
fn idx_images(height: u32, width: u32, images: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, 3];
    for extent in [images.len() as u32, height, width] {
        file.extend(extent.to_be_bytes());
    }
    file.extend(images.concat());
    file
}

fn idx_labels(labels: &[u8]) -> Vec<u8> {
    [&[0, 0, 8, 1], &(labels.len() as u32).to_be_bytes()[..], labels].concat()
}

/// A set of images of 2 rows and 3 columns, with bytes that tell number and place.
fn put_idx(root: &Path, prefix: &str, part: &str, labels: &[u8]) {
    let image = |n: usize| (0..6).map(|i| (10 * n + i) as u8).collect();
    let images: Vec<Vec<u8>> = (0..labels.len()).map(image).collect();
    put(root, &format!("{prefix}{part}-images-idx3-ubyte"), idx_images(2, 3, &images));
    put(root, &format!("{prefix}{part}-labels-idx1-ubyte"), idx_labels(labels));
}

fn record(manifest: &Manifest, i: usize) -> Record {
    let Content::Record(place) = manifest.samples.get(i).content(&manifest.root) else {
        panic!("sample {i} is a record")
    };
    place.read(u64::MAX).unwrap()
}

#[test]
fn images_of_mnist_are_records_of_one_file() {
    let root = tree([]);
    put_idx(root.path(), "raw/", "train", &[5, 0, 5]);
    put_idx(root.path(), "raw/", "t10k", &[7]);
    let manifest = read("idx", root.path());
    assert_eq!(manifest.classes, ["0", "5", "7"]);
    assert_eq!(
        rows(&manifest),
        [
            ("raw/t10k-images-idx3-ubyte#0000000", Some(2), Split::Test),
            ("raw/train-images-idx3-ubyte#0000000", Some(1), Split::Train),
            ("raw/train-images-idx3-ubyte#0000001", Some(0), Split::Train),
            ("raw/train-images-idx3-ubyte#0000002", Some(1), Split::Train),
        ]
    );
    let second = record(&manifest, 2);
    let expected =
        Record { width: 3, height: 2, channels: 1, pixels: vec![10, 11, 12, 13, 14, 15] };
    assert_eq!(second, expected);
    assert_eq!(second.to_netpbm(), b"P5\n3 2\n255\n\x0a\x0b\x0c\x0d\x0e\x0f");
    assert!(manifest.file(manifest.samples.get(0)).is_file());
}

/// Shown as they lie in the file, the letters of EMNIST lie on their side.
#[test]
fn images_of_emnist_are_stored_column_by_column_and_letters_begin_at_one() {
    let root = tree([]);
    put_idx(root.path(), "gzip/emnist-letters-", "train", &[1, 26]);
    put_idx(root.path(), "gzip/emnist-letters-", "test", &[26]);
    let mapping: String = (1..=26).map(|n| format!("{n} {} {}\n", 64 + n, 96 + n)).collect();
    put(root.path(), "gzip/emnist-letters-mapping.txt", &mapping);
    let manifest = read("idx", root.path());
    assert_eq!(
        (manifest.classes.len(), &*manifest.classes[0], &*manifest.classes[25]),
        (26, "A", "Z")
    );
    let labels: Vec<_> = rows(&manifest).into_iter().map(|row| (row.1, row.2)).collect();
    let expected = [(Some(25), Split::Test), (Some(0), Split::Train), (Some(25), Split::Train)];
    assert_eq!(labels, expected);
    let Record { width, height, pixels, .. } = record(&manifest, 0);
    assert_eq!((width, height, pixels), (3, 2, vec![0, 2, 4, 1, 3, 5]));
}

#[test]
fn of_several_sets_one_must_be_named() {
    let root = tree([]);
    for set in ["emnist-letters-", "emnist-digits-"] {
        put_idx(root.path(), set, "train", &[1]);
    }
    refused("idx", root.path(), &["`emnist-digits-...`, `emnist-letters-...`", "idx:set="]);
    let path = read("idx:set=emnist-digits", root.path()).samples.get(0).path.to_owned();
    assert_eq!(path, "emnist-digits-train-images-idx3-ubyte#0000000");
}

#[test]
fn idx_files_that_are_odd_are_refused_by_name() {
    let file = "train-images-idx3-ubyte";
    refused("idx", tree([]).path(), &[file, "the training images"]);
    let root = tree([]);
    put_idx(root.path(), "", "train", &[1, 2]);
    let whole = std::fs::read(root.path().join(file)).unwrap();
    put(root.path(), file, &whole[..whole.len() - 1]);
    refused("idx", root.path(), &[file, "has 27 bytes, not those of 2 images of 3 x 2"]);
    put(root.path(), file, &whole[..10]);
    refused("idx", root.path(), &[file, "no IDX file of images"]);
    put(root.path(), file, [&[0, 0, 8, 3][..], &[0xff; 12]].concat());
    refused("idx", root.path(), &[file, "16 bytes"]);
    put(root.path(), file, &whole);
    put(root.path(), "train-labels-idx1-ubyte", idx_labels(&[1]));
    refused("idx", root.path(), &["train-labels-idx1-ubyte", "1 labels", "2 images"]);
    put(root.path(), "train-labels-idx1-ubyte", &whole);
    refused("idx", root.path(), &["train-labels-idx1-ubyte", "no IDX file of labels"]);
    std::fs::remove_file(root.path().join("train-labels-idx1-ubyte")).unwrap();
    refused("idx", root.path(), &["there is no", "train-labels-idx1-ubyte"]);
}

/// A record whose three planes are constant but for their first pixel.
fn cifar_record(labels: &[u8], red: u8) -> Vec<u8> {
    let mut record = labels.to_vec();
    for color in [red, red + 1, red + 2] {
        record.push(200 + color);
        record.extend([color; 1023]);
    }
    record
}

#[test]
fn cifar10_is_six_batches_of_records() {
    let root = tree([]);
    let names = "airplane\nautomobile\nbird\n\n";
    put(root.path(), "cifar-10-batches-bin/batches.meta.txt", names);
    for batch in 1..=5 {
        let records = [cifar_record(&[0], batch), cifar_record(&[2], batch)].concat();
        put(root.path(), &format!("cifar-10-batches-bin/data_batch_{batch}.bin"), records);
    }
    put(root.path(), "cifar-10-batches-bin/test_batch.bin", cifar_record(&[1], 9));
    let manifest = read("cifar10", root.path());
    assert_eq!(manifest.classes, ["airplane", "automobile", "bird"]);
    let found = rows(&manifest);
    assert_eq!(found.len(), 11);
    assert_eq!(found[3], ("cifar-10-batches-bin/data_batch_2.bin#0000001", Some(2), Split::Train));
    assert_eq!(found[10], ("cifar-10-batches-bin/test_batch.bin#0000000", Some(1), Split::Test));
    let Record { width, height, channels, pixels } = record(&manifest, 3);
    assert_eq!((width, height, channels, pixels.len()), (32, 32, 3, 3072));
    assert_eq!(pixels[..6], [202, 203, 204, 2, 3, 4]);
}

#[test]
fn cifar100_has_fine_and_coarse_labels() {
    let root = tree([]);
    put(root.path(), "fine_label_names.txt", "apple\naquarium_fish\nbaby\n");
    put(root.path(), "coarse_label_names.txt", "aquatic_mammals\nfish\n");
    put(root.path(), "train.bin", cifar_record(&[1, 2], 3));
    put(root.path(), "test.bin", cifar_record(&[0, 0], 4));
    let labels = |source| -> Vec<Option<u32>> {
        read(source, root.path()).samples.iter().map(|sample| sample.label).collect()
    };
    assert_eq!(labels("cifar100"), [Some(0), Some(2)]);
    assert_eq!(labels("cifar100:coarse"), [Some(0), Some(1)]);
    let manifest = read("cifar100", root.path());
    assert_eq!(record(&manifest, 1).pixels[..3], [203, 204, 205]);

    put(root.path(), "test.bin", cifar_record(&[0, 3], 4));
    refused("cifar100", root.path(), &["test.bin", "label 3", "3 classes"]);
    put(root.path(), "test.bin", &cifar_record(&[0, 0], 4)[1..]);
    refused("cifar100", root.path(), &["test.bin", "3073 bytes"]);
    std::fs::remove_file(root.path().join("test.bin")).unwrap();
    refused("cifar100", root.path(), &["there is no", "test.bin", "cifar-100-binary.tar.gz"]);
    refused("cifar10", root.path(), &["batches.meta.txt", "cifar-10-binary.tar.gz"]);
}

#[test]
fn records_that_are_not_there_are_errors() {
    let root = tree([]);
    put_idx(root.path(), "", "train", &[1, 2]);
    let place = |file: &str, index| RecordPlace { file: root.path().join(file), index };
    let error = place("train-images-idx3-ubyte", 2).read(6).unwrap_err();
    assert!(matches!(error, RecordError::OutOfRange { index: 2, count: 2 }), "{error}");
    let error = place("train-labels-idx1-ubyte", 0).read(6).unwrap_err();
    assert!(matches!(error, RecordError::Unknown), "{error}");
    assert!(matches!(place("nowhere", 0).read(6).unwrap_err(), RecordError::Read(_)));
    put(root.path(), "train.bin", [0; 100]);
    let error = place("train.bin", 0).read(6).unwrap_err();
    assert!(matches!(error, RecordError::OutOfRange { index: 0, count: 0 }), "{error}");
    let error = place("train-images-idx3-ubyte", 1).read(5).unwrap_err();
    let message = "the records are too large: 3x2 pixels, the limit is 5 in all";
    assert_eq!(error.to_string(), message);
    assert!(place("train-images-idx3-ubyte", 1).read(6).is_ok());
}
