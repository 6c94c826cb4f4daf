//! What `extract run` says of preprocessing: it happens, and it is in the provenance.

use std::fs;

use feature_cache::Cache;
use predicates::str::contains;
use serde_json::{Value, json};

use super::programs::extract;
use super::tree::picture;

/// The provenance of the cache that these arguments give, and its number of features.
fn run(arguments: &[&str]) -> (Value, usize) {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    picture(0, 0).save(images.join("a.png")).unwrap();
    let out = folder.path().join("cache.h5");
    let mut command = extract();
    command.arg("run").arg(images).arg("--out").arg(&out).args(["--tap", "block1_pool:flatten"]);
    command.args(arguments).assert().success();
    let cache = Cache::open(&out).unwrap();
    let n_features = cache.features("block1_pool:flatten").unwrap().view().ncols();
    (cache.provenance().preprocessing.clone(), n_features)
}

#[test]
fn every_field_of_a_preset_can_be_replaced_and_is_part_of_the_provenance() {
    let (preset, n_features) = run(&[
        "--preset=torchvision",
        "--resize=40",
        "--crop=32x16",
        "--filter=bicubic",
        "--channels=bgr",
        "--scale=1",
        "--mean=127",
        "--std=128,64,32",
        "--exif-orientation=apply",
    ]);
    assert_eq!(n_features, 32 / 2 * 16 / 2 * 64);
    let size = json!({ "length": 40, "crop_width": 32, "crop_height": 16 });
    assert_eq!(preset["resize"], json!({ "shorter_side": size }));
    assert_eq!(preset["filter"], "bicubic");
    assert_eq!(preset["decoding"]["exif_orientation"], "applied");
    let expected = json!({
        "channels": "bgr",
        "scale": 1.0,
        "mean": [127.0, 127.0, 127.0],
        "std": [128.0, 64.0, 32.0],
    });
    assert_eq!(preset["normalization"], expected);

    let (preset, n_features) = run(&["--squash", "16"]);
    assert_eq!(n_features, 16 / 2 * 16 / 2 * 64);
    assert_eq!(preset["resize"], json!({ "squash": { "width": 16, "height": 16 } }));
}

#[test]
fn what_makes_no_preset_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    picture(0, 0).save(folder.path().join("a.png")).unwrap();
    for (arguments, code, message) in [
        (&["--crop", "200"][..], 1, "has no shorter side"),
        (&["--preset", "torchvision", "--crop", "300"], 1, "300x300 does not fit"),
        (&["--squash", "64", "--resize", "64"], 2, "cannot be used with"),
        (&["--filter", "cubic"], 2, "bicubic"),
        (&["--mean", "1,2"], 2, "three numbers"),
        (&["--std", "0"], 1, "`0` cannot be the deviation"),
        // A limit that no image meets.
        (&["--max-pixels", "1"], 1, "no image could be read"),
        (&["--max-bytes", "1"], 1, "no image could be read"),
    ] {
        let mut command = extract();
        command.arg("run").arg(folder.path()).arg("--out").arg(folder.path().join("cache.h5"));
        command.args(arguments).assert().code(code).stderr(contains(message));
    }
}
