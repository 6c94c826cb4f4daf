//! A hundred real pictures, from the files on, against PyTorch's and timm's pipelines: what
//! `reference/stamps.py` kept. The pictures are those of the demo.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::OnceLock;

use feature_cache::Cache;
use safetensors::SafeTensors;
use serde_json::Value;

use super::programs::{PACKAGE, extract, extract_run};

/// Largest error of a feature, relative to the largest one of its row; see `reference_features`.
const TOLERANCE: f64 = 1e-5;

/// Largest error of a probability: what f32 costs a network of fifty layers is a tenth of it.
const PROBABILITY_TOLERANCE: f64 = 1e-4;

/// The folder of pictures, or `None`, after saying so, where it neither is nor can be fetched.
fn stamps() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let script = Path::new(PACKAGE).join("../scripts/demo-images");
        let output = process::Command::new(script).output().unwrap();
        if !output.status.success() {
            eprintln!("skipped: {}", String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Some(PathBuf::from(String::from_utf8(output.stdout).unwrap().trim()))
    });
    folder.as_deref()
}

struct Reference {
    bytes: Vec<u8>,
    /// Paths of images by the name of their list.
    images: HashMap<String, String>,
}

impl Reference {
    fn read() -> Self {
        let bytes = fs::read(Path::new(PACKAGE).join("reference/stamps.safetensors")).unwrap();
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let images = header.metadata().clone().unwrap();
        Self { bytes, images }
    }

    fn images(&self, list: &str) -> Vec<&str> {
        self.images[list].lines().collect()
    }

    /// The rows of a matrix of four-byte elements.
    fn rows<T>(&self, name: &str, element: impl Fn([u8; 4]) -> T) -> Vec<Vec<T>> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let tensor = file.tensor(name).unwrap();
        let (elements, _) = tensor.data().as_chunks::<4>();
        let rows = elements.chunks_exact(tensor.shape()[1]);
        rows.map(|row| row.iter().map(|bytes| element(*bytes)).collect()).collect()
    }
}

#[test]
fn vgg16_features_of_a_hundred_pictures_equal_pytorch() {
    let Some(stamps) = stamps() else { return };
    let reference = Reference::read();
    let names = reference.images("hundred");
    let folder = tempfile::tempdir().unwrap();
    let (images, out) = (folder.path().join("images"), folder.path().join("cache.h5"));
    fs::create_dir(&images).unwrap();
    // In a cache, images are sorted by path.
    let name = |index: usize| format!("{index:03}.png");
    for (index, path) in names.iter().enumerate() {
        fs::copy(stamps.join(path), images.join(name(index))).unwrap();
    }
    let expected = reference.rows("vgg16/block5_pool:gap", f32::from_le_bytes);
    for engine in ["libtorch", "winograd"] {
        let tap = "block5_pool:gap";
        let flags = ["--preset", "keras", "--tap", tap, "--engine", engine, "--replace"];
        extract_run(&images, &out, &flags);
        let cache = Cache::open(&out).unwrap();
        assert_eq!(cache.paths().unwrap(), (0..100).map(name).collect::<Vec<_>>());
        let features = cache.features(tap).unwrap();
        let mut worst = 0_f64;
        for (row, expected) in expected.iter().enumerate() {
            let got = features.view().row(row).to_vec();
            let differences = got.iter().zip(expected).map(|(g, e)| f64::from((g - e).abs()));
            let largest = expected.iter().copied().fold(0_f32, f32::max);
            let error = differences.fold(0.0, f64::max) / f64::from(largest);
            assert!(error < TOLERANCE, "{engine}, {}: {error:e}", names[row]);
            worst = worst.max(error);
        }
        println!("{engine}, 100 pictures: error up to {worst:.1e} of the row's maximum");
    }
}

/// What `extract classify` says of the reference's fifty pictures.
fn classified(stamps: &Path, names: &[&str], arguments: &[&str]) -> Vec<Value> {
    extract().args(["weights", "fetch", "efficientnet-lite0"]).assert().success();
    let mut command = extract();
    command.arg("classify").args(names.iter().map(|name| stamps.join(name)));
    let assert = command.args(arguments).arg("--json").assert().success();
    let mut document: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    serde_json::from_value(document["images"].take()).unwrap()
}

/// The five likeliest classes, in order, and their probabilities.
fn compare_classes(recipe: &str, arguments: &[&str]) {
    let Some(stamps) = stamps() else { return };
    let reference = Reference::read();
    let names = reference.images("fifty");
    let images = classified(stamps, &names, arguments);
    let prefix = format!("efficientnet_lite0/{recipe}");
    let classes = reference.rows(&format!("{prefix}/classes"), i32::from_le_bytes);
    let probabilities = reference.rows(&format!("{prefix}/probabilities"), f32::from_le_bytes);
    assert_eq!((images.len(), classes.len()), (50, 50));
    let mut worst = 0_f64;
    for (row, image) in images.iter().enumerate() {
        let guesses = image["classes"].as_array().unwrap();
        let got: Vec<i64> = guesses.iter().map(|guess| guess["index"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = classes[row].iter().map(|&index| index.into()).collect();
        assert_eq!(got, expected, "{}", names[row]);
        for (guess, &expected) in guesses.iter().zip(&probabilities[row]) {
            let error = (guess["probability"].as_f64().unwrap() - f64::from(expected)).abs();
            assert!(error < PROBABILITY_TOLERANCE, "{}: {error:e}", names[row]);
            worst = worst.max(error);
        }
    }
    println!("{recipe}: the five likeliest classes of 50 pictures, probabilities to {worst:.1e}");
}

#[test]
fn the_likeliest_classes_of_fifty_pictures_equal_timm_with_the_recipe_of_the_weights() {
    compare_classes("center", &[]);
}

#[test]
fn the_likeliest_classes_of_fifty_pictures_equal_timm_when_squashed() {
    compare_classes("squash", &["--squash", "224"]);
}

#[test]
fn five_pictures_show_what_they_are_called() {
    let Some(stamps) = stamps() else { return };
    let known = [
        ("animals/mammals/dogs/dingo.png", "dingo", 0.78),
        ("vehicles/garbagetruck.png", "garbage truck", 0.97),
        ("animals/mammals/cats/tiger.png", "tiger", 0.87),
        ("animals/mammals/cats/tiger_sumatran.png", "tiger", 0.92),
        ("vehicles/7spoke256.png", "car wheel", 0.68),
    ];
    let names = known.map(|(path, _, _)| path);
    let images = classified(stamps, &names, &["--squash", "224", "--top", "1"]);
    for (image, (path, name, probability)) in images.iter().zip(known) {
        let guess = &image["classes"][0];
        assert_eq!(guess["name"], name, "{path}");
        let error = (guess["probability"].as_f64().unwrap() - probability).abs();
        assert!(error < 0.01, "{path}: {guess}");
    }
}
