//! The whole line: images, cache, heads, predictions.

use std::fs;
use std::path::{Path, PathBuf};

use feature_cache::Cache;
use predicates::str::contains;
use schema::Split;
use serde_json::Value;
use tempfile::TempDir;

use super::programs::{extract, extract_run, fit};
use super::tree::{picture, three_classes};

/// The shallowest tap: the pictures of these tests are told apart by color.
const SHALLOW: [&str; 4] = ["--tap", "block1_pool:gap", "--device", "cpu"];

/// 36 images in three classes, and their cache.
fn small_cache() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    three_classes(&folder.path().join("images"), 12);
    let out = folder.path().join("cache.h5");
    extract_run(&folder.path().join("images"), &out, &SHALLOW);
    (folder, out)
}

fn json(command: &mut assert_cmd::Command) -> Value {
    serde_json::from_slice(&command.assert().success().get_output().stdout).unwrap()
}

#[test]
fn images_become_heads_that_tell_them_apart() {
    let (folder, cache) = small_cache();
    let heads = folder.path().join("heads");
    let mut sweep = fit();
    sweep.arg("sweep").arg(&cache).args(["--head", "softmax,svm", "--c", "0.01,0.1,1"]);
    sweep.args(["--folds", "3", "--hold-out", "0.25", "--out"]).arg(&heads).assert().success();

    for head in ["softmax", "svm-hinge"] {
        let head = heads.join(format!("{head}.safetensors"));
        let evaluation = json(fit().arg("eval").arg(&head).arg(&cache).arg("--json"));
        assert_eq!(evaluation["accuracy"], 1.0, "{evaluation}");
    }

    let prediction =
        fit().arg("predict").arg(heads.join("softmax.safetensors")).arg(&cache).output();
    let prediction = String::from_utf8(prediction.unwrap().stdout).unwrap();
    let blue = prediction.lines().find(|line| line.starts_with("blue/000.png,")).unwrap();
    assert!(blue.starts_with("blue/000.png,blue,"), "{blue}");
}

#[test]
fn rows_follow_the_manifest_whatever_the_batch_size() {
    let (folder, cache) = small_cache();
    let other = folder.path().join("other.h5");
    let mut arguments = SHALLOW.to_vec();
    arguments.extend(["--batch", "5"]);
    extract_run(&folder.path().join("images"), &other, &arguments);
    let (a, b) = (Cache::open(&cache).unwrap(), Cache::open(&other).unwrap());
    assert_eq!(a.paths().unwrap(), b.paths().unwrap());
    assert!(a.paths().unwrap().is_sorted());
    let difference = &a.features("block1_pool:gap").unwrap().view()
        - &b.features("block1_pool:gap").unwrap().view();
    let largest = difference.iter().fold(0_f32, |max, x| max.max(x.abs()));
    assert!(largest < 1e-3, "activations are of the order of 100, they differ by {largest}");
}

#[test]
fn a_train_valid_test_tree_gives_splits_and_one_list_of_classes() {
    let folder = tempfile::tempdir().unwrap();
    for split in ["train", "valid", "test"] {
        three_classes(&folder.path().join("images").join(split), 2);
    }
    let out = folder.path().join("cache.h5");
    extract_run(&folder.path().join("images"), &out, &SHALLOW);
    let cache = Cache::open(&out).unwrap();
    assert_eq!(cache.classes(), ["blue", "green", "red"]);
    assert_eq!(cache.paths().unwrap()[0], "test/blue/000.png");
    assert_eq!(cache.splits().iter().filter(|&&s| s == Split::Validation).count(), 6);
}

#[test]
fn the_cache_says_what_made_it() {
    let (_folder, cache) = small_cache();
    let cache = Cache::open(&cache).unwrap();
    let provenance = cache.provenance();
    assert_eq!(provenance.backbone, "vgg16");
    assert_eq!(provenance.weights.name, "vgg16-keras-notop");
    assert_eq!(provenance.weights.digest.len(), 64);
    assert_eq!(provenance.taps, ["block1_pool:gap"]);
    assert_eq!(provenance.preprocessing["name"], "keras");
    assert_eq!(provenance.engine, "winograd");
}

#[test]
fn the_json_report_is_one_document_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    picture(0, 0).save(images.join("a.png")).unwrap();
    fs::write(images.join("b.png"), "no image").unwrap();
    let mut command = extract();
    command.arg("run").arg(&images).arg("--out").arg(folder.path().join("cache.h5")).args(SHALLOW);
    let assert = command.args(["--json", "--skip-unreadable"]).assert().code(0);
    let report: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(report["n_samples"], 1);
    assert_eq!(report["taps"][0]["n_features"], 64);
    assert_eq!(report["unreadable"][0]["path"], "b.png");
}

#[test]
fn images_without_labels_are_extracted_and_refused_for_training() {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    for i in 0..3 {
        picture(0, i).save(images.join(format!("{i}.png"))).unwrap();
    }
    let out = folder.path().join("cache.h5");
    extract_run(&images, &out, &SHALLOW);
    assert_eq!(Cache::open(&out).unwrap().labels(), [-1; 3]);
    let head = folder.path().join("head.safetensors");
    let mut train = fit();
    train.arg("train").arg(&out).args(["--head", "softmax", "--out"]).arg(&head);
    train.assert().code(1).stderr(contains("label"));
    assert!(!Path::new(&head).exists());
}

#[test]
fn help_lists_the_commands() {
    for (mut program, words) in
        [(extract(), ["run", "weights", "Exit codes"]), (fit(), ["train", "sweep", "predict"])]
    {
        let help = program.arg("--help").assert().success();
        let help = String::from_utf8_lossy(&help.get_output().stdout).into_owned();
        assert!(words.iter().all(|word| help.contains(word)), "{help}");
    }
}
