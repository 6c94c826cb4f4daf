use preprocess::{Decoding, Filter, Preset, Resize, Rgb, UnknownPreset, resample};
use serde_json::json;

use crate::reference::{Reference, source_image};

#[test]
fn every_name_gives_a_preset_of_that_name_and_size() {
    for name in Preset::names() {
        let preset = Preset::named(name).unwrap();
        assert_eq!(preset.name, name);
        let side = if name == "inception-v3" { 299 } else { 224 };
        assert_eq!(preset.output_size(), (side, side));
        for (width, height) in [(1, 1), (300, 200), (37, 512), (224, 224)] {
            let pixels = preset.pixels(&source_image(width, height));
            assert_eq!((pixels.width, pixels.height), (side, side));
        }
    }
}

#[test]
fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
    let error = Preset::named("caffe").unwrap_err();
    assert_eq!(error, UnknownPreset { name: "caffe".to_owned() });
    let message = error.to_string();
    assert!(
        message.starts_with("no preset is called `caffe`\nhint: there are keras, "),
        "{message}"
    );
    assert!(Preset::names().iter().all(|name| message.contains(name)), "{message}");
}

#[test]
fn keras_squashes_with_the_filter_of_its_name() {
    let image = source_image(300, 150);
    for (name, filter) in [("keras", Filter::Bilinear), ("keras-nearest", Filter::Nearest)] {
        let pixels = Preset::named(name).unwrap().pixels(&image);
        assert_eq!(pixels, resample(&image, 224, 224, filter));
    }
}

/// The numbers of torchvision 0.26's `Inception_V3_Weights.IMAGENET1K_V1.transforms()` and
/// `ResNet50_Weights.IMAGENET1K_V2.transforms()`; EfficientNet-Lite0 is in neither torchvision nor
/// Keras: `(x - 127) / 128` is what its authors' `MEAN_RGB` and `STDDEV_RGB` say.
#[test]
fn recipes_of_other_sizes_and_numbers() {
    let resize = |name| Preset::named(name).unwrap().resize;
    let shorter_side =
        |length, crop| Resize::ShorterSide { length, crop_width: crop, crop_height: crop };
    assert_eq!(resize("torchvision-v2"), shorter_side(232, 224));
    assert_eq!(resize("inception-v3"), shorter_side(342, 299));
    assert_eq!(resize("squash"), Resize::Squash { width: 224, height: 224 });
    let torchvision = Preset::named("torchvision").unwrap().normalization;
    for name in ["torchvision-v2", "squash"] {
        let preset = Preset::named(name).unwrap();
        assert_eq!((preset.normalization, preset.filter), (torchvision, Filter::Bilinear));
    }
    // torchvision normalizes, and `transform_input` of its Inception V3 normalizes again:
    // `x[:, 0] * (0.229 / 0.5) + (0.485 - 0.5) / 0.5`, and so on.
    let inception = Preset::named("inception-v3").unwrap().normalization;
    let (mut once, mut at_once) = ([0.0; 3], [0.0; 3]);
    torchvision.apply(&[10, 100, 200], &mut once);
    inception.apply(&[10, 100, 200], &mut at_once);
    for channel in 0..3 {
        let (mean, std) = (torchvision.mean[channel], torchvision.std[channel]);
        let twice = once[channel] * (std / 0.5) + (mean - 0.5) / 0.5;
        // A few roundings of numbers up to 2.
        assert!((twice - at_once[channel]).abs() < 5e-7, "{twice} {}", at_once[channel]);
    }
    let lite = Preset::named("efficientnet-lite0").unwrap();
    assert_eq!((lite.resize, lite.filter), (shorter_side(256, 224), Filter::Bicubic));
    let mut out = [f32::NAN; 6];
    lite.normalization.apply(&[0, 127, 255, 255, 128, 63], &mut out);
    assert_eq!(out, [-127.0 / 128.0, 1.0, 0.0, 1.0 / 128.0, 1.0, -0.5]);
}

/// torchvision's own code with smaller numbers, to keep the file small. Every byte is equal.
#[test]
fn shorter_side_and_center_crop_equal_torchvision() {
    let reference = Reference::read(include_bytes!("reference/resample.safetensors"));
    let mut preset = Preset::named("torchvision").unwrap();
    preset.resize = Resize::ShorterSide { length: 16, crop_width: 12, crop_height: 10 };
    assert_eq!(preset.output_size(), (12, 10));
    let cases = reference.cases("torchvision.");
    assert_eq!(cases.len(), 6);
    for (name, size) in cases {
        let image = source_image(size[0].parse().unwrap(), size[1].parse().unwrap());
        assert!(preset.pixels(&image) == reference.image(name), "{name}: {size:?}");
    }
}

#[test]
fn an_image_of_extreme_proportions_needs_no_more_memory_than_its_crop() {
    // Its shorter side at 256, this image would have 256 x 51,200,000 pixels.
    let image = Rgb { width: 1, height: 200_000, pixels: [10, 20, 30].repeat(200_000) };
    let pixels = Preset::named("torchvision").unwrap().pixels(&image);
    assert_eq!(pixels.pixels, [10, 20, 30].repeat(224 * 224));
}

#[test]
#[should_panic(expected = "a crop of 20 pixels does not fit into 16")]
fn a_crop_larger_than_the_shorter_side_panics() {
    let mut preset = Preset::named("torchvision").unwrap();
    preset.resize = Resize::ShorterSide { length: 16, crop_width: 20, crop_height: 10 };
    preset.pixels(&source_image(16, 16));
}

#[test]
fn the_serialized_form_holds_everything_and_reads_back_equal() {
    for name in Preset::names() {
        let preset = Preset::named(name).unwrap();
        let text = serde_json::to_string(&preset).unwrap();
        assert_eq!(serde_json::from_str::<Preset>(&text).unwrap(), preset);
    }
    assert_eq!(
        serde_json::to_value(Preset::named("torchvision").unwrap()).unwrap(),
        json!({
            "name": "torchvision",
            "decoding": {
                "decoder": "libjpeg-turbo 3.1.0, image 0.25.10, zune-jpeg 0.5.15, image-webp 0.2.4, \
                        gif 0.14.2, tiff 0.11.3, hayro-jpeg2000 0.5.0",
                "alpha": "white",
                "sixteen_bit": "high byte",
                "exif_orientation": "ignored",
            },
            "resize": { "shorter_side": { "length": 256, "crop_width": 224, "crop_height": 224 } },
            "filter": "bilinear",
            "resampler": "Pillow 13.0",
            "normalization": {
                "channels": "rgb",
                "scale": 255.0,
                "mean": [0.485_f32, 0.456_f32, 0.406_f32],
                "std": [0.229_f32, 0.224_f32, 0.225_f32],
            },
        })
    );
}

/// Provenance names the decoders with their versions: an update must change it.
#[test]
fn the_versions_in_the_provenance_are_the_locked_ones() {
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    for library in Decoding::current().decoder.split(", ") {
        let library = match library {
            // Its bindings bring the library's source with them.
            "libjpeg-turbo 3.1.0" => "turbojpeg-sys 1.2.0",
            other => other,
        };
        let (name, version) = library.split_once(' ').unwrap();
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&entry), "{library} is not what Cargo.lock holds");
    }
}
