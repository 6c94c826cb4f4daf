use preprocess::{Filter, Region, Rgb, resample, resample_region};
use proptest::prelude::*;

use crate::reference::{Reference, source_image};

const FILTERS: [Filter; 6] = [
    Filter::Nearest,
    Filter::Box,
    Filter::Bilinear,
    Filter::Hamming,
    Filter::Bicubic,
    Filter::Lanczos,
];

/// Every byte equal: enlarged, reduced, tall enough for the vertical pass to come first, one side
/// kept, whole images and regions off the pixel borders, by each filter.
#[test]
fn equals_pillow_byte_for_byte() {
    let reference = Reference::read(include_bytes!("reference/resample.safetensors"));
    let cases = reference.cases("resize.");
    assert_eq!(cases.len(), 6 * 8 + 1);
    for (name, words) in cases {
        let filter: Filter = serde_json::from_value(words[0].into()).unwrap();
        let source = source_image(words[1].parse().unwrap(), words[2].parse().unwrap());
        let sides: Vec<f32> = words[3..].iter().map(|word| word.parse().unwrap()).collect();
        let region = Region { left: sides[0], top: sides[1], right: sides[2], bottom: sides[3] };
        let expected = reference.image(name);
        let got = resample_region(&source, region, expected.width, expected.height, filter);
        assert!(got == expected, "{name}: {words:?}");
    }
}

#[test]
fn the_same_size_gives_the_same_image() {
    let image = source_image(13, 7);
    for filter in FILTERS {
        assert_eq!(resample(&image, 13, 7, filter), image);
    }
}

proptest! {
    #[test]
    fn any_size_works_and_constant_images_stay_constant(
        in_size in (1..=64_u32, 1..=64_u32),
        size in (1..=64_u32, 1..=64_u32),
        color in any::<[u8; 3]>(),
        filter in prop::sample::select(&FILTERS),
    ) {
        let constant = |(width, height)| Rgb {
            width,
            height,
            pixels: color.repeat((width * height) as usize),
        };
        let result = resample(&constant(in_size), size.0, size.1, filter);
        prop_assert_eq!(result, constant(size));
    }

    #[test]
    fn any_region_works_and_has_the_size_asked_for(
        in_size in (1..=64_u32, 1..=64_u32),
        size in (1..=64_u32, 1..=64_u32),
        corner in (0.0..0.9_f32, 0.0..0.9_f32),
        extent in (0.01..=1.0_f32, 0.01..=1.0_f32),
        filter in prop::sample::select(&FILTERS),
    ) {
        let side = |length: u32, corner: f32, extent: f32| {
            let (length, start) = (length as f32, length as f32 * corner);
            (start, (start + (length - start) * extent).min(length))
        };
        let (left, right) = side(in_size.0, corner.0, extent.0);
        let (top, bottom) = side(in_size.1, corner.1, extent.1);
        let region = Region { left, top, right, bottom };
        let image = source_image(in_size.0, in_size.1);
        let result = resample_region(&image, region, size.0, size.1, filter);
        prop_assert_eq!((result.width, result.height), size);
        prop_assert_eq!(result.pixels.len() as u32, size.0 * size.1 * 3);
    }
}

#[test]
#[should_panic(expected = "the result has at least one pixel")]
fn a_size_of_zero_panics() {
    resample(&source_image(2, 2), 0, 1, Filter::Box);
}

#[test]
#[should_panic(expected = "is not within an image of 4x3")]
fn a_region_outside_the_image_panics() {
    let region = Region { left: 0.0, top: 0.0, right: 4.5, bottom: 3.0 };
    resample_region(&source_image(4, 3), region, 2, 2, Filter::Box);
}

#[test]
#[should_panic(expected = "is not within an image of 4x3")]
fn an_empty_region_panics() {
    let region = Region { left: 1.0, top: 1.0, right: 1.0, bottom: 3.0 };
    resample_region(&source_image(4, 3), region, 2, 2, Filter::Box);
}

#[test]
#[should_panic(expected = "bytes of the image")]
fn an_image_with_missing_bytes_panics() {
    resample(&Rgb { width: 2, height: 2, pixels: vec![0; 9] }, 1, 1, Filter::Nearest);
}
