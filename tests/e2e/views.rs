//! Several views of each image, through the real network.

use std::fs;
use std::path::Path;

use feature_cache::Cache;

use super::programs::{extract, extract_run};
use super::python::python_with;
use super::tree::picture;

const TAP: &str = "block3_pool:gap";

/// The rows of a cache.
fn rows(cache: &Path) -> Vec<Vec<f32>> {
    let features = Cache::open(cache).unwrap().features(TAP).unwrap();
    features.view().rows().into_iter().map(|row| row.to_vec()).collect()
}

/// A view's features are, byte for byte, those of a file that holds the view and nothing else.
fn views_are_files(views: &str, size: &[&str], of_files: &[&str], engine: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("images")).unwrap();
    picture(1, 5).save(path("images/picture.png")).unwrap();
    let both = ["--tap", TAP, "--engine", engine];
    let of_views = [&both[..], &["--views", views], size].concat();
    extract_run(&path("images"), &path("views.h5"), &of_views);

    let mut draw = extract();
    draw.arg("views").arg(path("images/picture.png")).args(["--views", views]).args(size);
    draw.arg("--out").arg(path("files")).assert().success();
    fs::remove_file(path("files/sheet.png")).unwrap();
    extract_run(&path("files"), &path("files.h5"), &[&both[..], of_files].concat());
    let (views, files) = (rows(&path("views.h5")), rows(&path("files.h5")));
    assert!(views.len() > 1 && views[0] != views[1]);
    assert!(views == files);
}

#[test]
fn a_view_has_the_features_of_a_file_that_holds_it() {
    let small = ["--squash", "48"];
    for engine in ["winograd", "libtorch"] {
        views_are_files("razavian16", &small, &small, engine);
        views_are_files("scales:48", &[], &["--squash", "64x48"], engine);
    }
    views_are_files("patches:2", &small, &small, "winograd");
}

#[test]
fn images_of_different_sizes_share_no_pass_and_flattened_ones_no_cache() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("images")).unwrap();
    let pictures = [picture(0, 1), image::imageops::rotate90(&picture(1, 2)), picture(2, 3)];
    for (i, picture) in pictures.iter().enumerate() {
        picture.save(path(&format!("images/{i}.png"))).unwrap();
        let alone = path(&i.to_string());
        fs::create_dir(&alone).unwrap();
        picture.save(alone.join("picture.png")).unwrap();
    }
    let arguments = ["--tap", TAP, "--views", "scales:48,64", "--batch", "64"];
    for engine in ["winograd", "libtorch"] {
        let arguments = [&arguments[..], &["--engine", engine, "--replace"]].concat();
        extract_run(&path("images"), &path("all.h5"), &arguments);
        let mut alone = Vec::new();
        for i in 0..3 {
            extract_run(&path(&i.to_string()), &path("alone.h5"), &arguments);
            alone.extend(rows(&path("alone.h5")));
            fs::remove_file(path("alone.h5")).unwrap();
        }
        assert_eq!(alone.len(), 12);
        assert!(rows(&path("all.h5")) == alone, "{engine}");
    }
    let mut flatten = extract();
    flatten.arg("run").arg(path("images")).arg("--out").arg(path("flat.h5"));
    let assert = flatten.args(["--views", "scales:64", "--tap", "block5_pool:flatten"]).assert();
    let message = String::from_utf8(assert.code(1).get_output().stderr.clone()).unwrap();
    assert!(message.contains("`block5_pool:flatten`") && message.contains("hint:"), "{message}");
    assert!(!path("flat.h5").exists() && !path("flat.h5.partial").exists());
}

/// Asserts in Python, on the cache named by its argument.
const SCRIPT: &str = r#"
import json, sys
import h5py, numpy as np
with h5py.File(sys.argv[1]) as cache:
    assert json.loads(cache["provenance"].asstr()[0])["views"] == "ten-crop"
    features = cache["features/block1_pool:gap"]
    assert features.shape == (2, 10, 64) and features.dtype == np.float32
    assert len(np.unique(features[:].reshape(20, 64), axis=0)) > 10
"#;

#[test]
fn h5py_reads_samples_views_and_features() {
    let Some(mut python) = python_with("h5py") else { return };
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    picture(0, 1).save(images.join("a.png")).unwrap();
    picture(1, 2).save(images.join("b.png")).unwrap();
    let out = folder.path().join("cache.h5");
    let sizes = ["--resize", "64", "--crop", "48", "--tap", "block1_pool:gap"];
    extract_run(&images, &out, &[&sizes[..], &["--views", "ten-crop"]].concat());
    let output = python.args(["-c", SCRIPT]).arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
