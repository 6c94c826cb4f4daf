//! Published data sets whose folder is not the one that was given: the one above it, or one below.

use std::path::Path;

use tempfile::TempDir;

use crate::tree::{put, read, refused, rows, tree, try_read};

/// The paths and notes of a data set that is read from `folder` below `root`.
fn read_from(source: &str, root: &TempDir, folder: &str) -> (Vec<String>, Vec<String>) {
    let manifest = read(source, &root.path().join(folder));
    assert!(manifest.samples.iter().all(|sample| manifest.file(sample).is_file()), "{source}");
    let paths = rows(&manifest).iter().map(|row| row.0.to_owned()).collect();
    let here = std::fs::canonicalize(root.path()).unwrap().display().to_string();
    let notes = manifest.notes.iter().map(|note| {
        note.replace(&here, "ROOT")
            .replace(root.path().to_str().unwrap(), "ROOT")
            .replace("/./", "/")
    });
    (paths, notes.collect())
}

fn mit67(root: &Path, top: &str) {
    put(root, &format!("{top}/TrainImages.txt"), "bar/a.jpg\n");
    put(root, &format!("{top}/TestImages.txt"), "bar/b.jpg\n");
    put(root, &format!("{top}/Images/bar/a.jpg"), "");
    put(root, &format!("{top}/Images/bar/b.jpg"), "");
}

fn cub200(root: &Path, top: &str) {
    for (name, text) in [
        ("images.txt", "1 001.A/a.jpg\n"),
        ("classes.txt", "1 001.A\n"),
        ("image_class_labels.txt", "1 1\n"),
        ("train_test_split.txt", "1 1\n"),
        ("bounding_boxes.txt", "1 1.0 2.0 3.0 4.0\n"),
        ("images/001.A/a.jpg", ""),
    ] {
        put(root, &format!("{top}/{name}"), text);
    }
}

fn voc(root: &Path, top: &str) {
    for class in crate::voc::CLASSES {
        for part in ["train", "val"] {
            put(root, &format!("{top}/ImageSets/Main/{class}_{part}.txt"), format!("{part} 1\n"));
        }
    }
    put(root, &format!("{top}/JPEGImages/train.jpg"), "");
    put(root, &format!("{top}/JPEGImages/val.jpg"), "");
}

fn note(folder: &str) -> Vec<String> {
    vec![format!("the data set is in `{folder}`: paths are relative to it")]
}

#[test]
fn a_level_or_two_too_high_or_too_deep_is_found_and_said() {
    let root = tree(["data/other/1.jpg"]);
    mit67(root.path(), "data/indoor");
    let paths = ["Images/bar/a.jpg", "Images/bar/b.jpg"].map(str::to_owned).to_vec();
    for folder in ["data", ".", "data/indoor/Images"] {
        let found = read_from("mit67", &root, folder);
        assert_eq!(found, (paths.clone(), note("ROOT/data/indoor")).clone(), "{folder}");
    }
    assert_eq!(read_from("mit67", &root, "data/indoor"), (paths, Vec::new()));

    let root = tree([]);
    cub200(root.path(), "birds/CUB_200_2011");
    for (folder, paths_in, notes) in [
        ("birds/CUB_200_2011", "", Vec::new()),
        ("birds/CUB_200_2011/images", "CUB_200_2011/", note("ROOT/birds")),
        ("birds", "CUB_200_2011/", Vec::new()),
        (".", "CUB_200_2011/", note("ROOT/birds")),
    ] {
        let (paths, found) = read_from("cub200", &root, folder);
        assert!(paths[0].ends_with("images/001.A/a.jpg"), "{paths:?}");
        if folder != "birds/CUB_200_2011/images" {
            assert_eq!(
                (paths[0].as_str(), found),
                (format!("{paths_in}images/001.A/a.jpg").as_str(), notes)
            );
        }
    }

    let root = tree([]);
    voc(root.path(), "sets/TrainVal/VOCdevkit/VOC2011");
    for folder in ["sets", "sets/TrainVal", "sets/TrainVal/VOCdevkit"] {
        let (paths, _) = read_from("voc2011", &root, folder);
        assert!(paths[0].ends_with("VOC2011/JPEGImages/train.jpg"), "{paths:?}");
    }
    for folder in ["VOC2011", "VOC2011/JPEGImages", "VOC2011/ImageSets/Main"] {
        let (paths, _) = read_from("voc2011", &root, &format!("sets/TrainVal/VOCdevkit/{folder}"));
        assert_eq!(paths[0], "JPEGImages/train.jpg");
    }
}

#[test]
fn where_there_are_several_or_none_nothing_is_guessed() {
    let root = tree([]);
    mit67(root.path(), "a");
    mit67(root.path(), "b");
    refused(
        "mit67",
        root.path(),
        &["holds the data set several times", "/a`, `", "name the folder of one"],
    );
    let root = tree(["x/y/1.jpg"]);
    mit67(root.path(), "x");
    // One class of it, and a folder that is no part of the data set beside it.
    refused("mit67", &root.path().join("x/Images/bar"), &["there is no", "bar/Images"]);
    refused("mit67", &root.path().join("x/y"), &["there is no", "x/y/Images"]);
    refused("mit67", &root.path().join("nowhere"), &["nowhere"]);
    let root = tree([]);
    voc(root.path(), "VOC2012");
    let words = ["VOC2012` is called after the year 2012, and 2007 is asked for", "`voc2012`"];
    let error = try_read("voc2007", &root.path().join("VOC2012")).unwrap_err().to_string();
    assert!(words.iter().all(|words| error.contains(words)), "{error}");
}

#[test]
fn the_classes_of_caltech_may_be_the_folder_itself() {
    let classes = ["001.a/1.jpg", "001.a/2.jpg", "002.b/1.jpg", "002.b/2.jpg"];
    for (folder, given) in [
        ("256_ObjectCategories", "256_ObjectCategories"),
        ("256_ObjectCategories", "."),
        ("caltech256/256_ObjectCategories", "."),
        ("a/caltech256/256_ObjectCategories", "."),
        ("x/256_ObjectCategories/256_ObjectCategories", "x"),
        ("x/256_ObjectCategories/256_ObjectCategories", "x/256_ObjectCategories"),
        ("x/256_ObjectCategories/256_ObjectCategories", "."),
    ] {
        let root = tree([]);
        classes.iter().for_each(|path| put(root.path(), &format!("{folder}/{path}"), ""));
        put(root.path(), "elsewhere/3.jpg", "");
        let manifest = read("caltech256:train=1", &root.path().join(given));
        assert_eq!(manifest.classes, ["001.a", "002.b"], "{folder} {given}");
        assert_eq!(manifest.samples.len(), 4);
        let splits: Vec<_> = manifest.samples.iter().map(|sample| sample.split).collect();
        let expected = read("caltech256:train=1", &root.path().join(folder));
        assert_eq!(splits, expected.samples.iter().map(|s| s.split).collect::<Vec<_>>());
    }
}

#[test]
fn the_folders_of_torchvision_are_found() {
    let root = tree([]);
    let names = "airplane\n";
    put(root.path(), "cifar/cifar-10-batches-bin/batches.meta.txt", names);
    let batch = [&[0][..], &[7; 3072]].concat();
    for name in [
        "data_batch_1",
        "data_batch_2",
        "data_batch_3",
        "data_batch_4",
        "data_batch_5",
        "test_batch",
    ] {
        put(root.path(), &format!("cifar/cifar-10-batches-bin/{name}.bin"), &batch);
    }
    for folder in ["cifar", "cifar/cifar-10-batches-bin", "."] {
        assert_eq!(read("cifar10", &root.path().join(folder)).samples.len(), 6, "{folder}");
    }
    let flowers = crate::indoor_flowers_birds::flowers("uint8-compressed.mat");
    let above = tree([]);
    std::fs::rename(flowers.path(), above.path().join("flowers-102")).unwrap();
    for folder in ["flowers-102", ".", "flowers-102/jpg"] {
        let manifest = read("flowers102", &above.path().join(folder));
        assert_eq!(manifest.samples.get(0).path, "jpg/image_00001.jpg", "{folder}");
    }
    refused("flowers102", &above.path().join("flowers-102/nothing"), &["nothing"]);
}
