use std::error::Error;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use preprocess::{Filter, Preset, Resize, Rgb, resample};

use crate::median_seconds;

/// What is done to an image.
enum Task {
    /// Its shorter side to 256, and the middle 224 x 224 of that.
    Crop,
    /// To this size.
    To(u32, u32),
}

/// Resamples usual sizes.
pub(crate) fn measure(seconds: f64) -> Result<(), Box<dyn Error>> {
    for (from, task) in [
        ((500, 375), Task::Crop),
        ((500, 375), Task::To(224, 224)),
        ((1600, 1200), Task::Crop),
        ((4928, 3279), Task::To(852, 567)),
    ] {
        let image = noise(from.0, from.1);
        for (filter, peer) in
            [(Filter::Bilinear, FilterType::Bilinear), (Filter::Bicubic, FilterType::CatmullRom)]
        {
            let (what, size) = match task {
                Task::Crop => ("shorter side 256, crop 224".to_owned(), shorter_side_256(from)),
                Task::To(width, height) => (format!("{width}x{height}"), (width, height)),
            };
            let preset = preset(&task, filter)?;
            let ours = median_seconds(seconds / 2.0, || {
                std::hint::black_box(preset.pixels(&image));
            });
            let whole = median_seconds(seconds / 2.0, || {
                std::hint::black_box(resample(&image, size.0, size.1, filter));
            });
            let theirs = peer_seconds(&image, size, peer, seconds / 2.0)?;
            println!(
                "resample {}x{} to {what}, {filter:?}: {:.3} ms an image, {:.0} images/s; \
                 without the crop {:.3} ms, fast_image_resize {:.3} ms",
                from.0,
                from.1,
                ours * 1e3,
                1.0 / ours,
                whole * 1e3,
                theirs * 1e3,
            );
        }
    }
    Ok(())
}

/// The size that torchvision's `Resize(256)` gives.
fn shorter_side_256((width, height): (u32, u32)) -> (u32, u32) {
    (width * 256 / width.min(height), height * 256 / width.min(height))
}

fn preset(task: &Task, filter: Filter) -> Result<Preset, Box<dyn Error>> {
    let mut preset = Preset::named("torchvision")?;
    preset.filter = filter;
    if let Task::To(width, height) = *task {
        preset.resize = Resize::Squash { width, height };
    }
    Ok(preset)
}

fn peer_seconds(
    image: &Rgb,
    (width, height): (u32, u32),
    filter: FilterType,
    seconds: f64,
) -> Result<f64, Box<dyn Error>> {
    let Rgb { width: from_width, height: from_height, pixels } = image.clone();
    let source = Image::from_vec_u8(from_width, from_height, pixels, PixelType::U8x3)?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    let mut resizer = Resizer::new();
    let mut result = Ok(());
    let taken = median_seconds(seconds, || {
        let mut out = Image::new(width, height, PixelType::U8x3);
        result = resizer.resize(&source, &mut out, &options);
        std::hint::black_box(&out);
    });
    result?;
    Ok(taken)
}

/// The noise of `tests/reference/make.py`.
pub(crate) fn noise(width: u32, height: u32) -> Rgb {
    let value = |i: u32| {
        let h = i.wrapping_mul(0x9E37_79B1);
        ((h ^ (h >> 15)).wrapping_mul(0x85EB_CA77) >> 24) as u8
    };
    Rgb { width, height, pixels: (0..width * height * 3).map(value).collect() }
}
