use std::fs;
use std::path::PathBuf;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::json;
use tempfile::TempDir;

use super::{extract, json, write_cache, write_cache_of, write_images};

/// Images, and their cache.
fn setting() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (images, cache) = (folder.path().join("images"), folder.path().join("cache.h5"));
    write_images(&images);
    write_cache(&cache, None, 0.5);
    (folder, images, cache)
}

/// Changes the first feature behind HDF5's back.
fn damage(cache: &PathBuf) {
    let mut bytes = fs::read(cache).unwrap();
    // The rows of images 1 and 2 begin with these; that of image 0 lies before them.
    let [one, two] = [1_f32, 2.0].map(f32::to_le_bytes);
    let is_row_1 = |window: &[u8]| window[..4] == one && window[8..] == two;
    let row_1 = bytes.windows(12).position(is_row_1).unwrap();
    bytes[row_1 - 8] ^= 1;
    fs::write(cache, bytes).unwrap();
}

#[test]
fn a_sound_cache_with_its_images() {
    let (_folder, images, cache) = setting();
    let mut command = extract();
    command.arg("verify").arg(&cache).assert().success().stdout(contains("4 images, all is well"));
    let assert = command.arg("--images").arg(&images).arg("--json").assert().success();
    let expected = json!({
        "format": "offshelf-extract-verify",
        "version": 1,
        "file": cache,
        "images": images,
        "n_samples": 4,
        "findings": [],
    });
    assert_eq!(json(&assert.get_output().stdout), expected);
}

#[test]
fn all_that_is_wrong_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache.h5");
    write_cache(&cache, None, f32::NAN);
    damage(&cache);
    let mut command = extract();
    command.arg("verify").arg(&cache).assert().code(3).stdout(
        contains("2 things are wrong")
            .and(contains("row 0 of tap `block5_pool:gap`"))
            .and(contains("`/features/block5_pool:gap` does not hold what was written")),
    );
    let assert = command.arg("--json").assert().code(3);
    let findings = json!([
        { "kind": "not_finite", "tap": "block5_pool:gap", "row": 0 },
        { "kind": "checksum", "dataset": "/features/block5_pool:gap" },
    ]);
    assert_eq!(json(&assert.get_output().stdout)["findings"], findings);
}

#[test]
fn images_that_changed_or_went_are_listed() {
    let (_folder, images, cache) = setting();
    fs::write(images.join("cat/100%.png"), "another size").unwrap();
    fs::write(images.join("cat/a.png"), "cat/b.png").unwrap();
    fs::remove_file(images.join("x/c.png")).unwrap();
    fs::write(images.join("new.png"), "is no matter").unwrap();
    let mut command = extract();
    command.arg("verify").arg(&cache).arg("--images").arg(&images);
    command.assert().code(3).stdout(
        contains("3 things are wrong")
            .and(contains("the image `cat/100%.png` has changed"))
            .and(contains("the image `cat/a.png` has changed"))
            .and(contains("the image `x/c.png` is missing")),
    );
    let assert = command.arg("--json").assert().code(3);
    let findings = json!([
        { "kind": "image_changed", "path": "cat/100%25.png" },
        { "kind": "image_changed", "path": "cat/a.png" },
        { "kind": "image_missing", "path": "x/c.png" },
    ]);
    assert_eq!(json(&assert.get_output().stdout)["findings"], findings);
}

#[test]
fn an_image_that_cannot_be_read_is_listed() {
    let (_folder, images, cache) = setting();
    // A folder, of any size.
    fs::remove_file(images.join("x/c.png")).unwrap();
    fs::create_dir(images.join("x/c.png")).unwrap();
    let assert = extract().arg("verify").arg(&cache).arg("--images").arg(&images).assert().code(3);
    assert.stdout(contains("the image `x/c.png`"));
}

/// The cache may be anybody's: `verify` tells nothing of files that lie elsewhere, not even whether they
/// are there.
#[test]
fn a_path_that_leads_out_of_the_folder_is_listed_and_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (images, cache) = (folder.path().join("images"), folder.path().join("cache.h5"));
    fs::create_dir(&images).unwrap();
    let outside = folder.path().join("a.png");
    let outside = outside.to_str().unwrap();
    let mut paths = ["../a.png", "..%2Fa.png", "%2E%2E/a.png", outside];
    paths.sort_unstable();
    for path in paths {
        // With the very content that the cache tells of.
        fs::write(outside, path).unwrap();
        fs::remove_file(&cache).ok();
        write_cache_of(&cache, paths, None, 1.0);
        let output = extract().arg("verify").arg(&cache).arg("--images").arg(&images).output();
        let said = String::from_utf8(output.unwrap().stdout).unwrap();
        assert_eq!(said.matches("its path leads out of the folder of images").count(), 4, "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_an_image_is_listed() {
    let (_folder, images, cache) = setting();
    fs::remove_file(images.join("x/c.png")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(images.join("x/c.png")).status();
    assert!(made.unwrap().success());
    let assert = extract().arg("verify").arg(&cache).arg("--images").arg(&images).assert().code(3);
    assert.stdout(contains("it is a pipe, expected a regular file"));
}

#[test]
fn a_file_that_does_not_open_is_one_finding() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache.h5");
    fs::write(&cache, "no cache").unwrap();
    let mut command = extract();
    command.arg("verify").arg(&cache).assert().code(3).stdout(contains("not a readable HDF5 file"));
    let report = json(&command.arg("--json").assert().code(3).get_output().stdout);
    assert_eq!(report["n_samples"], json!(null));
    assert_eq!(report["findings"][0]["kind"], "unreadable");
}

#[test]
fn what_is_not_there_cannot_be_verified() {
    let (folder, images, cache) = setting();
    let mut command = extract();
    command.arg("verify").arg(folder.path().join("no.h5"));
    command.assert().code(1).stderr(contains("there is no feature cache").and(contains("hint:")));
    let mut command = extract();
    command.arg("verify").arg(&cache).arg("--images").arg(images.join("no"));
    command.assert().code(1).stderr(contains("is no folder").and(contains("hint:")));
}
