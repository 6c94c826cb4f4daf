//! Queries of a retrieval benchmark, from its layout to their scores.

use std::fs;
use std::path::Path;

use image::RgbImage;
use image::imageops::replace;
use serde_json::Value;

use super::programs::{extract_run, fit};
use super::tree::picture;

const SHALLOW: [&str; 4] = ["--tap", "block1_pool:gap", "--device", "cpu"];

/// A photograph of red beside blue, whose red half is asked about; and each color for itself.
fn oxford(root: &Path) {
    let (red, blue) = (picture(0, 1), picture(2, 1));
    let mut both = RgbImage::new(80, 30);
    replace(&mut both, &red, 0, 0);
    replace(&mut both, &blue, 40, 0);
    fs::create_dir_all(root.join("oxbuild_images")).unwrap();
    for (name, picture) in [("keble_000001", both), ("keble_000002", red), ("oxford_000003", blue)]
    {
        picture.save(root.join("oxbuild_images").join(format!("{name}.png"))).unwrap();
    }
    let lists = root.join("gt_files_170407");
    fs::create_dir(&lists).unwrap();
    for (kind, text) in [
        ("query", "oxc1_keble_000001 0.0 0.0 40.0 30.0\n"),
        ("good", "keble_000002\n"),
        ("ok", ""),
        ("junk", "keble_000001\n"),
    ] {
        fs::write(lists.join(format!("keble_1_{kind}.txt")), text).unwrap();
    }
}

#[test]
fn the_box_of_a_query_is_what_is_asked_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    oxford(&path("images"));
    for (source, name, more) in
        [("oxford5k", "images.h5", None), ("oxford5k:queries", "boxes.h5", Some("--crop-box"))]
    {
        let arguments = SHALLOW.into_iter().chain(["--source", source]).chain(more);
        extract_run(&path("images"), &path(name), &arguments.collect::<Vec<_>>());
    }
    let retrieve = |more: &[&str]| -> Value {
        let mut command = fit();
        command.current_dir(folder.path()).args(["retrieve", "images.h5", "--json"]).args(more);
        let rankings = ["--rankings", "rankings.csv", "--force"];
        let output = command.args(rankings).assert().success().get_output().stdout.clone();
        serde_json::from_slice(&output).unwrap()
    };
    let first = || {
        let rankings = fs::read_to_string(path("rankings.csv")).unwrap();
        rankings.lines().nth(1).unwrap().to_owned()
    };
    let by_box = retrieve(&["--queries", "boxes.h5"]);
    assert_eq!((&by_box["dataset"], &by_box["value"]), (&"Oxford5k".into(), &1.0.into()));
    // The red half has the pixels of the picture that is all red.
    assert_eq!(first(), "keble_1,1,oxbuild_images/keble_000002.png,0,positive");
    retrieve(&[]);
    assert_eq!(first(), "keble_1,1,oxbuild_images/keble_000001.png,0,junk");
}
