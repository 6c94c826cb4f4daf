//! Exported heads as others use them: ONNX Runtime, and numpy by the example of the documentation.

use std::path::{Path, PathBuf};

use feature_cache::Header;
use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};
use serde_json::json;
use tempfile::TempDir;

use super::programs::fit;
use super::python::python_with;

const TAP: &str = "block5_pool:gap";
const N_SAMPLES: usize = 90;
const N_FEATURES: usize = 8;

/// A cache of three classes that overlap, made without any network. Its first row is zeros, its
/// second one so large that squares overflow f32.
fn cache() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let features = Array2::from_shape_fn((N_SAMPLES, N_FEATURES), |(row, column)| {
        let center = if column % 3 == row % 3 { 1.0 } else { 0.0 };
        let scale = [0.0, 1e25].get(row).copied().unwrap_or(100.0);
        scale * (center + rng.gen_range(0.0..2.0_f32))
    });
    let sample = |row: usize| Sample {
        path: format!("{row:03}.png"),
        content_hash: [row as u8; 32],
        size: 1,
        mtime_ns: 0,
        label: (row % 3) as i32,
        // What is not trained on may have any size.
        split: if row < 2 { Split::Test } else { Split::Train },
    };
    let samples: Vec<_> = (0..N_SAMPLES).map(sample).collect();
    let tap = Tap { name: TAP.to_owned(), n_views: 1, n_features: N_FEATURES, dtype: Dtype::F32 };
    let header = Header {
        provenance: Provenance {
            backbone: "vgg16".into(),
            weights: Weights { name: "test".into(), digest: "0123".into() },
            taps: vec![TAP.into()],
            preprocessing: json!({"name": "keras"}),
            views: "center".into(),
            engine: "test".into(),
            dtype: Dtype::F32,
        },
        classes: ["ant", "bee", "c\u{e9}t"].map(str::to_owned).to_vec(),
        created_by: "test".into(),
        taps: vec![tap],
        shard: None,
    };
    feature_cache::write(&path, &header, &samples, &[], &[features.view()]).unwrap();
    (folder, path)
}

/// A head trained with `options`, its export to `target`, and what it predicts as JSON.
fn exported(folder: &Path, cache: &Path, options: &str, target: &str) -> (PathBuf, PathBuf) {
    let [head, out, predictions] =
        ["head.safetensors", "export", "predictions.json"].map(|name| folder.join(name));
    let mut train = fit();
    train.arg("train").arg(cache).args(options.split(' ')).arg("--out").arg(&head).arg("--force");
    train.assert().success();
    let mut export = fit();
    export.arg("export").arg(&head).args(["--to", target, "--out"]).arg(&out).arg("--force");
    export.assert().success();
    let mut predict = fit();
    predict.arg("predict").arg(&head).arg(cache).arg("--out").arg(&predictions).arg("--force");
    predict.assert().success();
    (out, predictions)
}

#[test]
fn onnx_runtime_gives_the_same_labels_scores_and_probabilities() {
    if python_with("onnxruntime, h5py").is_none() {
        return;
    }
    let (folder, cache) = cache();
    for options in [
        "--head softmax --normalize none --c 1e-4",
        "--head softmax --normalize l2 --calibrate",
        "--head svm --normalize standardize,l2",
        "--head svm --normalize l2,standardize --calibrate",
        "--head mlp --layers dense:8,relu,batchnorm,dropout:0.5,softmax --normalize l2 --epochs 20 --patience 0",
    ] {
        let (model, predictions) = exported(folder.path(), &cache, options, "onnx");
        let mut python = python_with("onnxruntime, h5py").expect("it was there");
        let script = include_str!("exports/onnx_runtime.py");
        let output = python.args(["-c", script]).arg(&cache).arg(model).arg(predictions).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{options}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_documented_lines_of_numpy_give_the_same_labels() {
    if python_with("numpy, h5py").is_none() {
        return;
    }
    let (folder, cache) = cache();
    let (archive, predictions) =
        exported(folder.path(), &cache, "--head svm --normalize l2", "npz");
    let mut python = python_with("numpy, h5py").expect("it was there");
    let script = include_str!("exports/documented_example.py");
    python.args(["-c", script]).arg(&cache).arg(archive).arg(predictions).arg(documented_example());
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The first Python example in the documentation of the format.
fn documented_example() -> String {
    let source = include_str!("../../crates/head/src/export/mod.rs");
    let lines = source.lines().map(|line| line.trim().trim_start_matches("///").trim());
    let example = lines.skip_while(|line| *line != "```python").skip(1);
    let example: Vec<_> = example.take_while(|line| *line != "```").collect();
    assert_eq!(example.len(), 3, "three lines are promised");
    example.join("\n")
}
