use preprocess::{Filter, Limits, Preset, Resize, Rgb, Views, ViewsError};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::reference::source_image;

/// What `reference/views.py` wrote.
#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    views: String,
    size: (u32, u32),
    preset: String,
    resize: Vec<serde_json::Value>,
    filter: Filter,
    digests: Vec<String>,
}

impl Case {
    fn preset(&self) -> Preset {
        let mut preset = Preset::named(&self.preset).unwrap();
        let number = |at: usize| self.resize[at].as_u64().unwrap() as u32;
        preset.filter = self.filter;
        preset.resize = match self.resize[0].as_str().unwrap() {
            "squash" => Resize::Squash { width: number(1), height: number(2) },
            _ => Resize::ShorterSide {
                length: number(1),
                crop_width: number(2),
                crop_height: number(3),
            },
        };
        preset
    }
}

fn digest(image: &Rgb) -> String {
    let mut hash = Sha256::new();
    hash.update(image.width.to_le_bytes());
    hash.update(image.height.to_le_bytes());
    hash.update(&image.pixels);
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn pixels(views: &str, image: &Rgb, preset: &Preset) -> Vec<Rgb> {
    let views: Views = views.parse().unwrap();
    views.pixels(image, preset, &Limits::default()).unwrap()
}

/// Every byte of every view: proportions from 1 to hundreds, sizes that no thirds divide, all filters,
/// presets that squash and that crop.
#[test]
fn equal_pillow_and_torchvision_byte_for_byte() {
    let reference: Reference = serde_json::from_str(include_str!("reference/views.json")).unwrap();
    assert!(reference.cases.len() >= 160);
    for case in reference.cases {
        let image = source_image(case.size.0, case.size.1);
        let made = pixels(&case.views, &image, &case.preset());
        let digests: Vec<String> = made.iter().map(digest).collect();
        let name = format!("{} of {:?}, {:?}", case.views, case.size, case.resize);
        assert_eq!(digests.len(), case.digests.len(), "{name}");
        let different = (0..digests.len()).filter(|&i| digests[i] != case.digests[i]);
        assert_eq!(different.collect::<Vec<_>>(), [0; 0], "{name}, {:?}", case.filter);
    }
}

#[test]
fn the_center_is_what_the_preset_makes() {
    let image = source_image(60, 40);
    for name in Preset::names() {
        let preset = Preset::named(name).unwrap();
        assert_eq!(pixels("center", &image, &preset), [preset.pixels(&image)]);
    }
}

#[test]
fn all_views_but_scales_have_the_size_of_the_network() {
    let preset = Preset::named("torchvision-v2").unwrap();
    for views in ["flip", "ten-crop", "razavian16", "patches:3"] {
        for (width, height) in [(1, 1), (2, 3), (1, 90), (640, 480)] {
            let image = source_image(width, height);
            for view in pixels(views, &image, &preset) {
                assert_eq!((view.width, view.height), preset.output_size(), "{views}");
            }
        }
    }
}

/// A turned image shows what is there, turned: the reference above would not tell a wrong sign in the
/// contract.
#[test]
fn the_positive_angle_turns_counterclockwise() {
    // The right half is bright; turned counterclockwise, so is more of the upper border than the lower.
    let bright = |i: u32| if i % 90 >= 45 { [250; 3] } else { [0; 3] };
    let image = Rgb { width: 90, height: 90, pixels: (0..90 * 90).flat_map(bright).collect() };
    let views = pixels("razavian16:20", &image, &Preset::named("keras").unwrap());
    let row_sum = |view: &Rgb, row: usize| -> u32 {
        view.pixels[row * 224 * 3..][..224 * 3].iter().map(|&byte| u32::from(byte)).sum()
    };
    let top_less_bottom = |view: &Rgb| i64::from(row_sum(view, 10)) - i64::from(row_sum(view, 213));
    assert!(top_less_bottom(&views[6]) < -10_000, "by -20 degrees: clockwise");
    assert!(top_less_bottom(&views[7]) > 10_000, "by +20 degrees: counterclockwise");
}

#[test]
fn beyond_the_image_is_the_mean_color_of_the_preset() {
    let image = source_image(8, 2);
    for (name, color) in [("keras", [124, 117, 104]), ("inception-v3", [128; 3])] {
        let view = pixels("patches:1", &image, &Preset::named(name).unwrap()).remove(0);
        assert_eq!(view.pixels[..3], color);
        assert_eq!(view.pixels[view.pixels.len() - 3..], color);
    }
}

#[test]
fn ten_crops_of_a_preset_that_squashes_are_refused() {
    let preset = Preset::named("keras").unwrap();
    let error = Views::TenCrop.pixels(&source_image(9, 9), &preset, &Limits::default());
    let error = error.unwrap_err();
    assert_eq!(error, ViewsError::NoCrop { preset: "keras".to_owned() });
    assert!(error.to_string().starts_with("the preset `keras` squashes images: "), "{error}");
    assert!(Views::TenCrop.outlines(9, 9, &preset).is_err());
}

#[test]
fn views_that_would_exhaust_memory_are_refused() {
    let preset = Preset::named("keras").unwrap();
    let ribbon = source_image(1, 70);
    let error = |views: &str, limits: &Limits| {
        let views: Views = views.parse().unwrap();
        views.pixels(&ribbon, &preset, limits).unwrap_err().to_string()
    };
    let message = error("scales:64,256", &Limits::default());
    assert!(message.contains("`scale-256` would have 256x17920 pixels"), "{message}");
    let limits = Limits { max_pixels: 4899, ..Limits::default() };
    let message = error("patches:2", &limits);
    assert!(message.contains("70x70 pixels, more than the limit of 4899"), "{message}");
    let limits = Limits { max_pixels: 4900, ..Limits::default() };
    let views: Views = "patches:2".parse().unwrap();
    assert!(views.pixels(&ribbon, &preset, &limits).is_ok());
}

#[test]
fn outlines_are_where_the_views_are() {
    let outlines = |views: &str, preset: &str| {
        let preset = Preset::named(preset).unwrap();
        views.parse::<Views>().unwrap().outlines(300, 150, &preset).unwrap()
    };
    let corners =
        |left, top, right, bottom| [[left, top], [right, top], [right, bottom], [left, bottom]];
    let razavian = outlines("razavian16:10", "keras");
    assert_eq!(razavian[0].corners, corners(0.0, 0.0, 300.0, 150.0));
    assert_eq!(
        (razavian[4].name.as_str(), razavian[4].corners),
        ("bottom-right", corners(100.0, 50.0, 300.0, 150.0))
    );
    assert_eq!(razavian[12].corners, razavian[4].corners);
    assert!(razavian[12].mirrored && !razavian[4].mirrored);
    for [x, y] in razavian[7].corners {
        assert!((0.0..=300.0).contains(&x) && (0.0..=150.0).contains(&y));
    }
    // Counterclockwise: the upper left corner of the view comes from further right in the image.
    assert!(razavian[7].corners[0][0] > razavian[7].corners[3][0]);
    assert_eq!(outlines("patches:1", "keras")[0].corners, corners(0.0, -75.0, 300.0, 225.0));
    // 512x256, of which the middle 224x224 columns and rows are kept.
    let scale = 150.0 / 256.0;
    assert_eq!(
        outlines("center", "torchvision")[0].corners,
        corners(144.0 * scale, 16.0 * scale, 368.0 * scale, 240.0 * scale)
    );
    let ten = outlines("ten-crop", "torchvision");
    assert_eq!((ten[5].corners, ten[5].mirrored), (ten[1].corners, true));
    assert_eq!(outlines("scales:64", "keras")[1].corners, razavian[0].corners);
}
