//! `extract classify`, `verify`, `info`, `merge`, `summary`, `views` and `weights`, as a shell sees them.

mod classify;
mod folders;
mod info;
mod merge;
mod summary;
mod verify;
mod views;
mod weights;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use feature_cache::{Header, Partial, SegmentLimits, SpaceEstimate};
use schema::{Dtype, Provenance, Sample, Shard, Split, Tap, Unreadable, Weights};

fn extract() -> Command {
    Command::new(env!("CARGO_BIN_EXE_extract"))
}

/// Standard output as JSON.
fn json(output: &[u8]) -> serde_json::Value {
    serde_json::from_slice(output).unwrap()
}

/// Files of four images below `root`. They are never decoded.
fn write_images(root: &Path) {
    for path in PATHS {
        let file = root.join(path.replace("%25", "%"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, path).unwrap();
    }
}

/// Paths of the images as a cache holds them.
const PATHS: [&str; 4] = ["cat/100%25.png", "cat/a.png", "dog/b.png", "x/c.png"];

/// The cache of the images, or of every `count`-th one from `index` on: the features of image `i` are
/// `[i, value]`.
fn write_cache(path: &Path, shard: Option<Shard>, value: f32) {
    write_cache_of(path, PATHS, shard, value);
}

/// The same of other images.
fn write_cache_of(path: &Path, paths: [&str; 4], shard: Option<Shard>, value: f32) {
    write_cache_as(path, paths, shard, value, |_| ());
}

/// The same of features of which `change` says what made them.
fn write_cache_as(
    path: &Path,
    paths: [&str; 4],
    shard: Option<Shard>,
    value: f32,
    change: impl FnOnce(&mut Provenance),
) {
    let tap = "block5_pool:gap".to_owned();
    let mut header = Header {
        provenance: Provenance {
            backbone: "vgg16".to_owned(),
            weights: Weights { name: "random".to_owned(), digest: "0123".to_owned() },
            taps: vec![tap.clone()],
            preprocessing: serde_json::json!({ "name": "keras" }),
            views: "center".to_owned(),
            engine: "test".to_owned(),
            dtype: Dtype::F32,
        },
        classes: vec!["cat".to_owned(), "dog".to_owned()],
        created_by: "test 0".to_owned(),
        taps: vec![Tap { name: tap, n_views: 1, n_features: 2, dtype: Dtype::F32 }],
        shard,
    };
    change(&mut header.provenance);
    let (first, step) = shard.map_or((0, 1), |s| (s.index as usize - 1, s.count as usize));
    let (limits, space) = (SegmentLimits::default(), SpaceEstimate::default());
    let mut partial = Partial::open(path, &header.provenance, &header.taps, limits, space).unwrap();
    let mut samples = Vec::new();
    for i in (first..paths.len()).step_by(step) {
        let content_hash = blake3::hash(paths[i].as_bytes()).into();
        partial.push(content_hash, &[&[i as f32, value]]).unwrap();
        samples.push(Sample {
            path: paths[i].to_owned(),
            content_hash,
            size: paths[i].len() as u64,
            mtime_ns: 0,
            label: [0, 0, 1, -1][i],
            split: [Split::Train, Split::Train, Split::Test, Split::None][i],
        });
    }
    let error = Unreadable { path: "dog/torn.png".to_owned(), reason: "torn".to_owned() };
    let errors = if first == 0 { vec![error] } else { Vec::new() };
    partial.finish(&header, samples.iter().map(Sample::borrowed), &errors).unwrap();
}
