//! Fewer bits than f32 on libtorch, and networks side by side. All of it runs on the CPU here; on a GPU
//! the same lines do.

use std::sync::Arc;

use backbone::{Backbone, Tap};
use engine::Precision::{Bf16, F16, F32};
use engine::libtorch::{Device, Libtorch, Place};
use engine::{Engine, EngineRequest, Precision};
use preprocess::{Preset, Rgb};

use super::generated::{images, weights};

fn network(backbone: &Arc<Backbone>, taps: &[&str], precision: Precision) -> Libtorch {
    let taps: Vec<Tap> = taps.iter().map(|tap| Tap::parse(tap, backbone).unwrap()).collect();
    let normalization = Preset::named("torchvision").unwrap().normalization;
    let place = Place { device: Device::Cpu, precision };
    Libtorch::new(&weights(backbone), &taps, &normalization, place).unwrap()
}

/// The largest difference relative to the largest entry.
fn error(got: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(got.len(), expected.len());
    let largest = |values: &mut dyn Iterator<Item = f32>| values.fold(0.0, f32::max);
    largest(&mut got.iter().zip(expected).map(|(g, e)| (g - e).abs()))
        / largest(&mut expected.iter().map(|e| e.abs()))
}

/// Between them these have every operation. The tolerance is some five roundings of the precision (2^-11
/// and 2^-8), which add up over up to 53 layers; that they are not zero shows that fewer bits were used.
#[test]
fn fewer_bits_change_little() {
    let cases = [
        ("resnet18", ["conv1:max", "layer2:gap", "layer4:gem:3"], 64),
        ("mobilenet_v2", ["features.3:gap", "features.10:spp:1,2", "features.18:gap"], 64),
        ("inception_v3", ["Mixed_5b:gap", "Mixed_6a:max", "Mixed_7c:gap"], 107),
        ("efficientnet_lite0", ["blocks.1:gap", "blocks.4:gap", "probabilities"], 64),
    ];
    for (name, taps, side) in cases {
        let backbone = Backbone::named(name).unwrap();
        let images = images(2, side, side);
        let expected = network(&backbone, &taps, F32).forward(&images).unwrap();
        for (precision, tolerance) in [(F16, 3e-3), (Bf16, 2e-2)] {
            let found = network(&backbone, &taps, precision).forward(&images).unwrap();
            for ((tap, found), expected) in taps.iter().zip(&found).zip(&expected) {
                let error = error(found, expected);
                println!("{name} {tap} {precision}: {error:.1e}");
                assert!(error > 0.0 && error < tolerance, "{name} {tap} {precision}: {error:e}");
            }
        }
    }
}

#[test]
fn the_engine_is_named_after_its_precision_and_only_libtorch_has_fewer_bits() {
    let backbone = Backbone::named("vgg11").unwrap();
    let taps = [Tap::default_of(&backbone)];
    let name =
        |precision| EngineRequest::Auto.choose("cpu", precision, &backbone, &taps).unwrap().name();
    assert_eq!([F32, F16, Bf16].map(name), ["winograd", "libtorch:f16", "libtorch:bf16"]);
    let refused = EngineRequest::Winograd.choose("cpu", Bf16, &backbone, &taps).unwrap_err();
    let message = refused.to_string();
    assert!(message.contains("in f32, not in bf16"), "{message}");
}

/// A tap's map may be written over by the next layer: here `conv1`, by a ReLU in place.
#[test]
fn a_flattened_map_is_read_before_it_is_written_over() {
    let backbone = Backbone::named("vgg11").unwrap();
    let taps = ["features.0:flatten", "features.1:flatten"];
    let rows = network(&backbone, &taps, F32).forward(&images(1, 32, 32)).unwrap();
    assert!(rows[0].iter().any(|&value| value < 0.0), "as it is before the ReLU");
    let after: Vec<f32> = rows[0].iter().map(|value| value.max(0.0)).collect();
    assert_eq!(rows[1], after);
}

/// The rows of an image are the same bytes whichever batch it is in.
#[test]
fn batches_of_other_sizes_and_images_of_other_sizes_do_not_disturb_each_other() {
    let backbone = Backbone::named("resnet18").unwrap();
    let mut network = network(&backbone, &["layer1:gap"], F32);
    let images: Vec<Rgb> = images(5, 64, 64);
    let all = network.forward(&images).unwrap().remove(0);
    let other_size = super::generated::images(2, 96, 80);
    network.forward(&other_size).unwrap();
    let mut split = network.forward(&images[..3]).unwrap().remove(0);
    split.extend(network.forward(&images[3..]).unwrap().remove(0));
    assert_eq!(split, all);
}

/// As on a machine with several GPUs: each network in a thread of its own, all at once.
#[test]
fn networks_side_by_side_do_not_disturb_each_other() {
    let backbone = Backbone::named("mobilenet_v2").unwrap();
    let taps = ["features.3:gap", "features.18:gap"];
    let images = images(4, 64, 64);
    let expected = network(&backbone, &taps, F32).forward(&images).unwrap();
    let networks: Vec<Libtorch> = (0..3).map(|_| network(&backbone, &taps, F32)).collect();
    let (images, expected) = (&images, &expected);
    std::thread::scope(|scope| {
        for mut network in networks {
            scope.spawn(move || {
                for _ in 0..5 {
                    assert_eq!(network.forward(images).unwrap(), *expected);
                }
            });
        }
    });
}
