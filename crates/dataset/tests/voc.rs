use std::path::Path;

use schema::Split;

use crate::tree::{put, read, refused, sets, tree};

pub(crate) const CLASSES: [&str; 20] = [
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
];

/// Lists of a split: `labels` gives the label of an image for a class.
fn put_lists(main: &Path, split: &str, images: &[&str], labels: impl Fn(&str, &str) -> i8) {
    for class in CLASSES {
        // As in the official files: two spaces before a 1 or 0, which keep the columns aligned.
        let line = |image: &&str| format!("{image} {:2}\n", labels(image, class));
        let lines: String = images.iter().map(line).collect();
        put(main, &format!("{class}_{split}.txt"), lines);
    }
    put(main, &format!("{split}.txt"), images.join("\n"));
}

fn label(image: &str, class: &str) -> i8 {
    match (image, class) {
        ("000012", "car") | ("000005", "chair") | ("000001", "dog" | "person") => 1,
        ("000001", "sofa") | ("000005", "tvmonitor") => 0,
        _ => -1,
    }
}

fn mini(top: &str) -> tempfile::TempDir {
    let root = tree([]);
    let main = root.path().join(format!("{top}ImageSets/Main"));
    put(root.path(), &format!("{top}JPEGImages/"), "");
    put_lists(&main, "train", &["000012"], label);
    put_lists(&main, "val", &["000005"], label);
    put_lists(&main, "trainval", &["000005", "000012"], label);
    put_lists(&main, "test", &["000001"], label);
    root
}

#[test]
fn labels_are_present_absent_or_neither() {
    for top in ["VOCdevkit/VOC2007/", "VOC2007/", ""] {
        let root = mini(top);
        let manifest = read("voc2007", root.path());
        assert_eq!(manifest.classes, CLASSES);
        let expected =
            [("000001", Split::Test), ("000005", Split::Validation), ("000012", Split::Train)];
        let labels = expected.map(|(image, _)| CLASSES.map(|class| label(image, class)));
        let paths = expected.map(|(image, _)| format!("{top}JPEGImages/{image}.jpg"));
        for (i, row) in sets(&manifest).into_iter().enumerate() {
            assert_eq!(row, (paths[i].as_str(), &labels[i][..], expected[i].1));
        }
        assert_eq!(manifest.samples.len(), 3);
        assert!(manifest.notes.is_empty());
    }
}

/// A difficult object is no negative: trained as one, or counted as one, it changes the precision.
#[test]
fn zeros_stay_zeros() {
    let root = mini("");
    let manifest = read("voc2007", root.path());
    let sofa = CLASSES.iter().position(|class| *class == "sofa").unwrap();
    assert_eq!(manifest.samples.get(0).labels.unwrap()[sofa], 0);
}

#[test]
fn a_year_without_test_lists_says_so() {
    let root = mini("VOCdevkit/VOC2012/");
    for class in CLASSES {
        let list = format!("VOCdevkit/VOC2012/ImageSets/Main/{class}_test.txt");
        std::fs::remove_file(root.path().join(list)).unwrap();
    }
    let manifest = read("voc2012", root.path());
    assert_eq!(manifest.samples.len(), 2);
    assert!(manifest.notes[0].contains("test split"), "{:?}", manifest.notes);
    refused("voc2007", root.path(), &["VOCdevkit/VOC2007", "VOCtrainval_06-Nov-2007.tar"]);
}

#[test]
fn lists_that_are_odd_are_refused_by_name() {
    let root = mini("");
    let main = root.path().join("ImageSets/Main");
    put(&main, "cat_train.txt", "000012 -1\n000013 -1\n");
    refused("voc2007", root.path(), &["cat_train.txt", "`000013`"]);
    put(&main, "cat_train.txt", "000012 2\n");
    refused("voc2007", root.path(), &["cat_train.txt", "line 1", "`000012 2`", "1, -1 or 0"]);
    put(&main, "cat_train.txt", "000012 1\n000012 1\n");
    refused("voc2007", root.path(), &["cat_train.txt", "twice"]);
    std::fs::remove_file(main.join("cat_train.txt")).unwrap();
    refused(
        "voc2007",
        root.path(),
        &["there is no", "cat_train.txt", "VOCtrainval_06-Nov-2007.tar"],
    );
}
