//! Features against PyTorch's: `reference/make.py` read the same weights and the same files by
//! other means (onnx, Pillow, torchvision) and wrote what it got.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use feature_cache::Cache;
use safetensors::SafeTensors;

use super::programs::{PACKAGE, extract_run};

/// Largest error allowed, relative to the largest entry of the row.
///
/// The engine computes in NHWC order and the reference in NCHW, so sums are taken in another order.
/// On x86-64 with AVX-512 the worst is 1.9e-6, and PyTorch's own NHWC mode gives the engine's
/// features bit for bit; PyTorch's f32 is up to 8e-7 away from its f64.
const TOLERANCE: f64 = 1e-5;

struct Reference {
    images: Vec<String>,
    /// Rows of a matrix by `preset/tap`.
    features: HashMap<String, Vec<Vec<f32>>>,
}

fn reference() -> Reference {
    let bytes = fs::read(Path::new(PACKAGE).join("reference/features.safetensors")).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = metadata.metadata().clone().unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let rows = |name: String| {
        let tensor = tensors.tensor(&name).unwrap();
        let values =
            tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
        let values: Vec<f32> = values.collect();
        let rows = values.chunks_exact(tensor.shape()[1]).map(<[f32]>::to_vec).collect();
        (name, rows)
    };
    Reference {
        images: metadata["images"].lines().map(str::to_owned).collect(),
        features: tensors.names().into_iter().map(|name| rows(name.to_owned())).collect(),
    }
}

/// Error of a row relative to its maximum.
fn error(got: &[f32], expected: &[f32]) -> f64 {
    let difference = got.iter().zip(expected).map(|(g, e)| f64::from((g - e).abs()));
    let maximum = expected.iter().map(|&e| f64::from(e.abs())).fold(0.0, f64::max);
    difference.fold(0.0, f64::max) / maximum
}

/// Extracts the reference images with `preset` and compares the taps of `reference`.
fn compare(preset: &str, engine: &str) {
    let reference = reference();
    let prefix = format!("{preset}/");
    let taps = reference.features.keys().filter_map(|name| name.strip_prefix(&prefix));
    let taps: Vec<&str> = taps.collect();
    assert!(taps.len() >= 2, "{taps:?}");

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut arguments = vec!["--preset", preset, "--engine", engine, "--batch", "4"];
    arguments.extend(taps.iter().flat_map(|tap| ["--tap", tap]));
    extract_run(&Path::new(PACKAGE).join("reference/images"), &out, &arguments);

    let cache = Cache::open(&out).unwrap();
    assert_eq!(cache.paths().unwrap(), reference.images);
    let mut worst = 0_f64;
    for tap in taps {
        let features = cache.features(tap).unwrap();
        for (row, expected) in reference.features[&format!("{prefix}{tap}")].iter().enumerate() {
            let got = features.view().row(row).to_vec();
            assert_eq!(got.len(), expected.len());
            worst = worst.max(error(&got, expected));
        }
    }
    println!("{preset}, {engine}: error {worst:.1e} of the row's maximum");
    assert!(worst < TOLERANCE, "{preset}: {worst:e}");
}

#[test]
fn features_equal_pytorch_with_the_keras_recipe_at_every_tap() {
    compare("keras", "libtorch");
}

#[test]
fn features_equal_pytorch_with_the_recipe_that_is_keras_default() {
    compare("keras-nearest", "libtorch");
}

#[test]
fn features_equal_pytorch_with_the_torchvision_recipe() {
    compare("torchvision", "libtorch");
}

#[test]
fn features_of_the_engine_winograd_equal_pytorch_too() {
    compare("keras", "winograd");
    compare("torchvision", "winograd");
}
