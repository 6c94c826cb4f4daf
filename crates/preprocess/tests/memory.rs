//! How much memory decoding takes: what `Limits` promises, whatever the format and the shape.

use std::io::Cursor;

use ::hostile::{damaged, with_memory};
use image::{DynamicImage, ImageFormat};
use preprocess::{ExifOrientation, Limits, MAX_SIDE, Preset, Rgb, decode_with};

use crate::reference::Reference;

/// Pixels of the images: 4096 x 4096.
const PIXELS: u64 = 1 << 24;
const LIMITS: Limits = Limits { max_pixels: PIXELS, max_bytes: 1 << 28 };

/// What the promise allows for one image, 16 bytes a pixel and 64 MiB, with what the process takes and the
/// file.
const MIB: u64 = ((16 * PIXELS) >> 20) + 64 + 96;

fn check(file: &[u8]) {
    let Rgb { width, height, .. } = decode_with(file, ExifOrientation::Ignored, &LIMITS).unwrap();
    assert_eq!(u64::from(width) * u64::from(height), PIXELS);
}

/// The image, encoded, and gone.
fn encoded(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

#[test]
fn png_and_tiff_of_every_kind_of_samples() {
    with_memory("memory::png_and_tiff_of_every_kind_of_samples", MIB, || {
        let kinds: [fn(u32, u32) -> DynamicImage; 6] = [
            |width, height| DynamicImage::new_luma8(width, height),
            |width, height| DynamicImage::new_rgb8(width, height),
            |width, height| DynamicImage::new_rgba8(width, height),
            |width, height| DynamicImage::new_luma16(width, height),
            |width, height| DynamicImage::new_rgb16(width, height),
            |width, height| DynamicImage::new_rgba16(width, height),
        ];
        for kind in kinds {
            check(&encoded(kind(4096, 4096), ImageFormat::Png));
            // As long as an image may be.
            check(&encoded(kind(MAX_SIDE, 16), ImageFormat::Png));
        }
        // A file of TIFF is as large as its samples.
        check(&encoded(kinds[1](4096, 4096), ImageFormat::Tiff));
    });
}

#[test]
fn other_formats() {
    with_memory("memory::other_formats", MIB, || {
        let image = || DynamicImage::new_rgba8(4096, 4096);
        check(&encoded(image(), ImageFormat::Gif));
        check(&encoded(image(), ImageFormat::WebP));
        check(&encoded(DynamicImage::new_rgb8(4096, 4096), ImageFormat::Jpeg));
        check(&encoded(DynamicImage::new_rgb8(4096, 4096), ImageFormat::Bmp));
    });
}

/// Files whose frame says that they are larger than they are: what is missing is gray.
#[test]
fn progressive_jpeg_and_inks() {
    with_memory("memory::progressive_jpeg_and_inks", MIB, || {
        let reference = Reference::read(include_bytes!("reference/decode.safetensors"));
        for name in reference.names(".file").into_iter().filter(|name| name.starts_with("jpeg")) {
            let mut file = reference.bytes(&format!("{name}.file")).to_vec();
            let is_frame = |marker: &[u8]| marker[0] == 0xFF && matches!(marker[1], 0xC0 | 0xC2);
            let Some(frame) = file.windows(2).position(is_frame) else { continue };
            file[frame + 5..frame + 9].copy_from_slice(&[0x10, 0, 0x10, 0]);
            // Whether the library bears it or not, it takes no more.
            let _ = decode_with(&file, ExifOrientation::Ignored, &LIMITS);
        }
    });
}

/// Numbers for each column of an image, and rows of any length, when it is resampled.
#[test]
fn the_longest_image_is_resampled_in_little_memory() {
    with_memory("memory::the_longest_image_is_resampled_in_little_memory", MIB, || {
        for (width, height) in [(MAX_SIDE, 1), (1, MAX_SIDE)] {
            let pixels = vec![7; 3 * MAX_SIDE as usize];
            let pixels =
                Preset::named("torchvision").unwrap().pixels(&Rgb { width, height, pixels });
            assert_eq!((pixels.width, pixels.height), (224, 224));
        }
    });
}

/// What tags of TIFF files may take, and the process.
const TAGS_MIB: u64 = 384 + 96;

#[test]
fn damaged_files_of_every_format() {
    with_memory("memory::damaged_files_of_every_format", TAGS_MIB, || {
        let limits = Limits { max_pixels: 1 << 20, max_bytes: 1 << 20 };
        let reference = Reference::read(include_bytes!("reference/decode.safetensors"));
        let names = reference.names(".file");
        let file = |name: &&str| reference.bytes(&format!("{name}.file")).to_vec();
        let files: Vec<Vec<u8>> = names.iter().map(file).collect();
        damaged(&files, 3000, |file| {
            let Ok(image) = decode_with(file, ExifOrientation::Applied, &limits) else {
                return false;
            };
            let n_pixels = u64::from(image.width) * u64::from(image.height);
            assert!((1..=limits.max_pixels).contains(&n_pixels));
            assert_eq!(image.pixels.len() as u64, n_pixels * 3);
            true
        });
    });
}
