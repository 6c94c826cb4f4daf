use std::fs;

use predicates::str::contains;
use schema::Shard;
use serde_json::json;

use super::{extract, json, write_cache};

#[test]
fn all_that_a_cache_says_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache.h5");
    write_cache(&cache, None, 0.5);
    let mut command = extract();
    let assert = command.arg("info").arg(&cache).assert().success();
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    for line in [
        "4 images, 0.0 MB, by test 0",
        "backbone vgg16, weights random (0123)",
        r#"preprocessing {"name":"keras"}"#,
        "views center, engine test, dtype f32",
        "tap block5_pool:gap [4, 2]",
        "class cat: 2 images",
        "class dog: 1 images",
        "unlabelled: 1 images",
        "split test: 1 images",
        "split train: 2 images",
        "1 images could not be read",
        "warning: in the split train there is no image of `dog`",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }

    let assert = command.arg("--json").assert().success();
    let expected = json!({
        "format": "offshelf-extract-info",
        "version": 1,
        "file": cache,
        "n_bytes": fs::metadata(&cache).unwrap().len(),
        "created_by": "test 0",
        "shard": null,
        "provenance": {
            "backbone": "vgg16",
            "weights": { "name": "random", "digest": "0123" },
            "taps": ["block5_pool:gap"],
            "preprocessing": { "name": "keras" },
            "views": "center",
            "engine": "test",
            "dtype": "f32",
        },
        "n_samples": 4,
        "multi_label": false,
        "n_boxes": 0,
        "n_queries": 0,
        "taps": [{ "name": "block5_pool:gap", "shape": [4, 2] }],
        "classes": [{ "name": "cat", "n_samples": 2 }, { "name": "dog", "n_samples": 1 }],
        "n_unlabelled": 1,
        "splits": { "train": 2, "test": 1 },
        "source": "",
        "passed_over": {},
        "empty_folders": [],
        "unlabelled": [],
        "notes": [],
        "leaks": {
            "across_splits": { "n_contents": 0, "n_images": 0, "examples": [] },
            "under_labels": { "n_contents": 0, "n_images": 0, "examples": [] },
        },
        "warnings": ["in the split train there is no image of `dog`"],
        "preprocessing": r#"{"name":"keras"}"#,
        "n_errors": 1,
    });
    assert_eq!(json(&assert.get_output().stdout), expected);
}

#[test]
fn a_shard_is_shown_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache.h5");
    write_cache(&cache, Some(Shard { index: 2, count: 2 }), 0.5);
    extract().arg("info").arg(&cache).assert().success().stdout(contains("shard 2/2"));
}

#[test]
fn what_is_no_cache_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache.h5");
    extract().arg("info").arg(&cache).assert().code(1).stderr(contains("hint:"));
    fs::write(&cache, "no cache").unwrap();
    extract().arg("info").arg(&cache).assert().code(3).stderr(contains("hint:"));
}
