use std::collections::BTreeMap;

use dataset::Manifest;
use schema::Split;
use tempfile::TempDir;

use crate::tree::{put, read, refused, tree};

fn mini(folder: &str, classes: &[&str], n: usize) -> TempDir {
    let root = tree([]);
    for class in classes {
        for number in 1..=n {
            put(root.path(), &format!("{folder}/{class}/image_{number:04}.jpg"), "");
        }
    }
    root
}

fn caltech101() -> TempDir {
    mini("101_ObjectCategories", &["BACKGROUND_Google", "ant", "cup"], 9)
}

/// How many images of each class are in a split.
fn counts(manifest: &Manifest, split: Split) -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    for sample in manifest.samples.iter().filter(|sample| sample.split == split) {
        *counts.entry(sample.label.unwrap()).or_default() += 1;
    }
    counts
}

fn training(manifest: &Manifest) -> Vec<&str> {
    let samples = manifest.samples.iter().filter(|sample| sample.split == Split::Train);
    samples.map(|sample| sample.path).collect()
}

#[test]
fn so_many_images_of_each_class_are_trained_and_tested_on() {
    let root = caltech101();
    let manifest = read("caltech101:train=5,test=3", root.path());
    assert_eq!(manifest.classes, ["BACKGROUND_Google", "ant", "cup"]);
    let each = |n| BTreeMap::from([(0, n), (1, n), (2, n)]);
    assert_eq!(counts(&manifest, Split::Train), each(5));
    assert_eq!(counts(&manifest, Split::Test), each(3));
    // Another seed, or more images a class, finds its features in the same cache.
    assert_eq!(counts(&manifest, Split::None), each(1));
    assert_eq!(counts(&read("caltech101:train=5,test=all", root.path()), Split::Test), each(4));
}

#[test]
fn the_background_is_a_class_or_out() {
    let manifest = read("caltech101:train=5,background=out", caltech101().path());
    assert_eq!(manifest.classes, ["ant", "cup"]);
    assert!(manifest.samples.iter().all(|sample| !sample.path.contains("BACKGROUND")));

    let root = mini("256_ObjectCategories", &["001.ak47", "257.clutter"], 3);
    let classes = |source| read(source, root.path()).classes;
    assert_eq!(classes("caltech256:train=2"), ["001.ak47"]);
    assert_eq!(classes("caltech256:train=2,background=in"), ["001.ak47", "257.clutter"]);
}

#[test]
fn a_seed_is_a_split_wherever_and_whenever_it_is_made() {
    let root = caltech101();
    let of_seed = |seed: u32| read(&format!("caltech101:train=3,test=3,seed={seed}"), root.path());
    assert_eq!(of_seed(1), of_seed(1));
    assert_ne!(training(&of_seed(0)), training(&of_seed(1)));
    // sorted(range(1, 10), key=lambda n: hashlib.sha256(f"7/ant/image_{n:04}.jpg".encode()).digest())[:3]
    let manifest = of_seed(7);
    let ants: Vec<&str> =
        training(&manifest).into_iter().filter(|path| path.contains("/ant/")).collect();
    let expected = ANTS_OF_SEED_7.map(|n| format!("101_ObjectCategories/ant/image_{n:04}.jpg"));
    assert_eq!(ants, expected);
}

/// What the line of Python above gives, sorted.
const ANTS_OF_SEED_7: [u32; 3] = [1, 2, 5];

#[test]
fn too_few_images_and_missing_folders_are_refused() {
    refused("caltech101:train=9", caltech101().path(), &["BACKGROUND_Google", "has 9 images"]);
    let empty = tree([]);
    refused("caltech101", empty.path(), &["101_ObjectCategories", "101_ObjectCategories.tar.gz"]);
    refused("caltech256", empty.path(), &["256_ObjectCategories", "256_ObjectCategories.tar"]);
}
