//! Features against `reference/backbones.safetensors`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use backbone::{Backbone, Tap, backbones};
use engine::EngineRequest::{self, Libtorch, Winograd};
use engine::Precision::F32;
use preprocess::Preset;
use safetensors::SafeTensors;

use super::generated::{images, weights};

/// Largest error allowed, relative to the largest entry of the row.
///
/// The reference is computed in float64, so this is what f32 costs us: sums of up to 25,088 products,
/// one after the other through up to 152 layers. Which sums libtorch takes depends on the processor; on those
/// tried the error is up to 2.6e-6.
const TOLERANCE: f64 = 1e-5;

/// The same for probabilities, where an error of the logits is a relative one: up to 1.5e-5 (VGG19, on a
/// processor without AVX-512).
const TOLERANCE_OF_PROBABILITIES: f64 = 3e-5;

/// What the script kept: rows by tap, for each network (or network and size).
struct Reference {
    rows: BTreeMap<String, BTreeMap<String, Vec<Vec<f32>>>>,
    /// Number of images, width, height.
    sizes: HashMap<String, (usize, u32, u32)>,
}

fn reference() -> Reference {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/backbones.safetensors");
    let bytes = std::fs::read(path).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = metadata.metadata().clone().unwrap();
    let mut rows = BTreeMap::<String, BTreeMap<String, Vec<Vec<f32>>>>::new();
    for (name, tensor) in SafeTensors::deserialize(&bytes).unwrap().tensors() {
        let (network, tap) = name.split_once('/').unwrap();
        let (values, _) = tensor.data().as_chunks::<4>();
        let values: Vec<f32> = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let tensor = values.chunks_exact(tensor.shape()[1]).map(<[f32]>::to_vec).collect();
        rows.entry(network.to_owned()).or_default().insert(tap.to_owned(), tensor);
    }
    Reference { rows, sizes: serde_json::from_str(&metadata["sizes"]).unwrap() }
}

/// Error relative to the largest entry of the row, of those entries that the script kept.
fn error(got: &[f32], kept: &[f32]) -> f64 {
    let step = got.len().div_ceil(128);
    assert_eq!(got.len().div_ceil(step), kept.len());
    let differences = got.iter().step_by(step).zip(kept).map(|(g, k)| f64::from((g - k).abs()));
    let largest = got.iter().map(|&g| f64::from(g.abs())).fold(0.0, f64::max);
    differences.fold(0.0, f64::max) / largest
}

/// Compares all taps of a network that `engine` computes in one pass. Returns the number of taps and
/// the largest error.
fn compare(
    engine: EngineRequest,
    backbone: &Arc<Backbone>,
    expected: &BTreeMap<String, Vec<Vec<f32>>>,
    (count, width, height): (usize, u32, u32),
) -> (usize, f64) {
    let taps = expected.iter().map(|(name, rows)| (Tap::parse(name, backbone).unwrap(), rows));
    let is_computed =
        |tap: &Tap| engine.choose("cpu", F32, backbone, std::slice::from_ref(tap)).is_ok();
    let (taps, expected): (Vec<Tap>, Vec<_>) = taps.filter(|(tap, _)| is_computed(tap)).unzip();
    let normalization = Preset::named("torchvision").unwrap().normalization;
    let choice = engine.choose("cpu", F32, backbone, &taps).unwrap();
    let mut engine = choice.load(0, &weights(backbone), &taps, &normalization).unwrap();
    let features = engine.forward(&images(count, width, height)).unwrap();
    let mut worst = 0_f64;
    for ((tap, rows), expected) in taps.iter().zip(&features).zip(expected) {
        let n_features = tap.n_features(backbone, width as usize, height as usize).unwrap();
        assert_eq!(rows.len(), count * n_features, "{}: {tap}", backbone.name);
        let is_probability = tap.name == "probabilities";
        let tolerance = if is_probability { TOLERANCE_OF_PROBABILITIES } else { TOLERANCE };
        for (got, kept) in rows.chunks_exact(n_features).zip(expected) {
            let error = error(got, kept);
            assert!(error < tolerance, "{}: {tap}: {error:e}", backbone.name);
            worst = worst.max(error);
        }
    }
    (taps.len(), worst)
}

fn compare_family(engine: EngineRequest, is_member: impl Fn(&str) -> bool) {
    let reference = reference();
    for backbone in backbones().iter().filter(|backbone| is_member(&backbone.name)) {
        let size = reference.sizes[&backbone.name[..]];
        let (n_taps, worst) = compare(engine, backbone, &reference.rows[&backbone.name[..]], size);
        println!("{}: {n_taps} taps, error up to {worst:.1e} of the row's maximum", backbone.name);
    }
}

#[test]
fn vgg_and_alexnet_equal_torchvision_at_every_module() {
    compare_family(Libtorch, |name| name.starts_with("vgg") || name == "alexnet");
}

#[test]
fn the_engine_winograd_equals_torchvision_at_every_layer_that_it_computes() {
    compare_family(Winograd, |name| name.starts_with("vgg"));
}

#[test]
fn resnets_equal_torchvision_at_every_module_or_block() {
    compare_family(Libtorch, |name| name.starts_with("resnet"));
}

#[test]
fn mobilenet_inception_and_efficientnet_equal_the_reference_at_every_module() {
    compare_family(Libtorch, |name| {
        !["vgg", "alexnet", "resnet"].iter().any(|f| name.starts_with(f))
    });
}

#[test]
fn fully_connected_layers_see_every_window_of_a_larger_image() {
    let backbone = Backbone::named("vgg11").unwrap();
    let rows = &reference().rows["vgg11@288x256"];
    let (_, worst) = compare(Libtorch, &backbone, rows, (1, 288, 256));
    println!("vgg11 at 288x256: error up to {worst:.1e} of the row's maximum");
}
