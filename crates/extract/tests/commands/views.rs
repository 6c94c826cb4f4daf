use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::json;

use super::{extract, json};

fn picture(path: &Path) {
    RgbImage::from_fn(30, 20, |x, y| Rgb([8 * x as u8, 12 * y as u8, 90])).save(path).unwrap();
}

#[test]
fn every_view_is_a_file_and_the_sheet_shows_all() {
    let folder = tempfile::tempdir().unwrap();
    let [image, out] = ["image.png", "out/views"].map(|name| folder.path().join(name));
    picture(&image);
    let mut command = extract();
    command.arg("views").arg(&image).args(["--views", "razavian16"]).arg("--out").arg(&out);
    command.assert().success().stdout(contains("16 views `razavian16:10`"));
    let mut files: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files.len(), 17);
    assert_eq!(
        [&*files[0], &files[6], &files[8]],
        ["00-whole.png", "06-rotated-10.png", "08-mirror-whole.png"]
    );
    let open = |name: &str| image::open(out.join(name)).unwrap().to_rgb8();
    assert_eq!(open("00-whole.png").dimensions(), (224, 224));
    assert_eq!(
        image::imageops::flip_horizontal(&open("00-whole.png")),
        open("08-mirror-whole.png")
    );
    assert!(open("sheet.png").width() > 500);

    command.assert().code(1).stderr(contains("is not empty").and(contains("hint:")));
}

#[test]
fn the_document_says_where_each_view_lies() {
    let folder = tempfile::tempdir().unwrap();
    let [image, out] = ["image.png", "views"].map(|name| folder.path().join(name));
    picture(&image);
    let mut command = extract();
    command.arg("views").arg(&image).args(["--views", "scales:10", "--json", "--out"]).arg(&out);
    let assert = command.assert().success();
    let corners = [[0.0, 0.0], [30.0, 0.0], [30.0, 20.0], [0.0, 20.0]];
    let expected = json!({
        "format": "offshelf-extract-views",
        "version": 1,
        "image": image,
        "width": 30,
        "height": 20,
        "views": "scales:10",
        "out": out,
        "files": [
            { "file": "00-scale-10.png", "name": "scale-10", "corners": corners, "mirrored": false },
            { "file": "01-mirror-scale-10.png", "name": "mirror-scale-10", "corners": corners, "mirrored": true },
        ],
        "sheet": "sheet.png",
    });
    assert_eq!(json(&assert.get_output().stdout), expected);
    assert_eq!(image::open(out.join("00-scale-10.png")).unwrap().to_rgb8().dimensions(), (15, 10));
}

#[test]
fn what_cannot_be_drawn_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let [image, text, out] =
        ["image.png", "text.png", "views"].map(|name| folder.path().join(name));
    picture(&image);
    fs::write(&text, "no image").unwrap();
    let refused = |image: &Path, arguments: &[&str], code: i32, message: &str| {
        let mut command = extract();
        command.arg("views").arg(image).arg("--out").arg(&out).args(arguments);
        command.assert().code(code).stderr(contains(message));
        assert!(!out.exists());
    };
    refused(&image, &["--views", "nine-crop"], 2, "ten-crop, razavian16[:ANGLE]");
    refused(&image, &[], 2, "--views");
    refused(&image, &["--views", "ten-crop"], 1, "--resize 256 --crop 224");
    refused(&image, &["--views", "scales:64", "--squash", "64"], 1, "leave `--resize`");
    refused(&image, &["--views", "flip", "--preset", "caffe"], 1, "torchvision");
    refused(&image, &["--views", "flip", "--max-pixels", "599"], 1, "30x20");
    refused(&text, &["--views", "flip"], 1, "cannot read");
    refused(&folder.path().join("none.png"), &["--views", "flip"], 1, "cannot read");
}
