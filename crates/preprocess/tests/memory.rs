//! How much memory decoding takes: what `Limits` promises, whatever the format and the shape.

use std::io::Cursor;

use ::hostile::{damaged, with_memory};
use image::{DynamicImage, ImageFormat};
use preprocess::{DecodeError, ExifOrientation, Limits, MAX_SIDE, Preset, Rgb, decode_with};

use crate::reference::Reference;

/// Pixels of the images: 4096 x 4096.
const PIXELS: u64 = 1 << 24;
const LIMITS: Limits = Limits { max_pixels: PIXELS, max_bytes: 1 << 28 };

/// What the promise allows for one image, 16 bytes a pixel and 64 MiB, with what the process takes and the
/// file.
const MIB: u64 = ((16 * PIXELS) >> 20) + 64 + 96;

fn check(file: &[u8]) {
    check_within(file, PIXELS);
}

/// Decodes an image of as many pixels as are allowed.
fn check_within(file: &[u8], max_pixels: u64) {
    let limits = Limits { max_pixels, ..LIMITS };
    let Rgb { width, height, .. } = decode_with(file, ExifOrientation::Ignored, &limits).unwrap();
    assert_eq!(u64::from(width) * u64::from(height), max_pixels);
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

/// Pixels of images in formats that the crate `image` does not write: 1024 x 1024.
const FEWER: u64 = 1 << 20;
const FEWER_MIB: u64 = ((16 * FEWER) >> 20) + 64 + 96;

#[test]
fn formats_without_a_writer() {
    with_memory("memory::formats_without_a_writer", FEWER_MIB, || {
        let (side, n) = (1024, FEWER as usize);
        let netpbm = |kind: &str, largest: &str, n_bytes: usize| {
            let mut file = format!("P{kind} {side} {side} {largest} ").into_bytes();
            file.resize(file.len() + n_bytes, 7);
            file
        };
        check_within(&netpbm("6", "255", 3 * n), FEWER);
        check_within(&netpbm("5", "65535", 2 * n), FEWER);
        check_within(&netpbm("4", "", n / 8), FEWER);
        // A palette; gray with alpha; RGBA and CMYK of 16 bits; floating point; Lab.
        for (photometric, n_samples, bits, format) in
            [(3, 1, 8, 1), (1, 2, 8, 1), (2, 4, 16, 1), (5, 4, 16, 1), (1, 1, 32, 3), (8, 3, 8, 1)]
        {
            check_within(&tiff(side, photometric, n_samples, bits, format), FEWER);
        }
        // A file of JPEG 2000 may have a third of the pixels of others: one of 1024 x 1024, in one color.
        let file = include_bytes!("reference/plain.jp2");
        let limits = Limits { max_pixels: 3 << 20, ..LIMITS };
        assert_eq!(decode_with(file, ExifOrientation::Ignored, &limits).unwrap().width, 1024);
        let limits = Limits { max_pixels: (3 << 20) - 1, ..LIMITS };
        let error = decode_with(file, ExifOrientation::Ignored, &limits).unwrap_err();
        assert!(matches!(error, DecodeError::TooLarge { limit: 1_048_575, .. }), "{error}");
    });
}

/// A file of one strip and, where it has a palette, of black.
fn tiff(side: u32, photometric: u16, n_samples: u16, bits: u16, format: u16) -> Vec<u8> {
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    let n_bytes = side * side * u32::from(n_samples) * u32::from(bits) / 8;
    // After the directory of twelve tags: colors, bits of each sample, samples.
    let palette = 8 + 2 + 12 * 12 + 4;
    let shorts = palette + 6 * 256;
    let data = shorts + 16;
    let mut file = b"II*\0\x08\0\0\0\x0C\0".to_vec();
    let mut tag = |tag: u16, kind: u16, count: u32, value: u32| {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    };
    let bits_at = if n_samples > 2 { shorts } else { u32::from(bits) << 16 | u32::from(bits) };
    tag(256, LONG, 1, side);
    tag(257, LONG, 1, side);
    tag(258, SHORT, n_samples.into(), bits_at);
    tag(259, SHORT, 1, 1);
    tag(262, SHORT, 1, photometric.into());
    tag(273, LONG, 1, data);
    tag(277, SHORT, 1, n_samples.into());
    tag(278, LONG, 1, side);
    tag(279, LONG, 1, n_bytes);
    tag(320, SHORT, 768, palette);
    tag(338, SHORT, 1, 2);
    tag(339, SHORT, 1, format.into());
    file.resize(shorts as usize, 0);
    file.extend(bits.to_le_bytes().repeat(8));
    file.resize((data + n_bytes) as usize, 0x42);
    file
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
        let references = [
            Reference::read(include_bytes!("reference/decode.safetensors")),
            Reference::read(include_bytes!("reference/odd.safetensors")),
        ];
        let files_of = |reference: &Reference| -> Vec<Vec<u8>> {
            let names = reference.names(".file");
            names.iter().map(|name| reference.bytes(&format!("{name}.file")).to_vec()).collect()
        };
        let files: Vec<Vec<u8>> = references.iter().flat_map(files_of).collect();
        damaged(&files, 5000, |file| {
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
