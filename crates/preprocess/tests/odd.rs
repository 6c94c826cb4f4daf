//! Pictures that cameras, scanners, microscopes and damaged disks leave, beside what Pillow makes of them.
//! `reference/make_odd.py` has made them.

use preprocess::{DecodeError, ExifOrientation, Limits, Rgb, decode, decode_with};

use crate::reference::Reference;

/// Not Pillow's byte for byte, and how far they may be from it: other arithmetic, of wavelets that lose
/// something, of colors under another light (where red, green and blue of noise lie far beyond what a screen
/// can show), of chroma without compression.
const CLOSE: [(&str, u8); 5] = [
    ("jp2_lossy", 1),
    ("jp2_lossy_gray", 1),
    ("jp2_ycbcr", 1),
    ("tiff_lab", 10),
    ("tiff_ycbcr", 1),
];

/// Refused, though Pillow shows something: rows of black for those that are missing, gray for a palette that
/// is, black for fractions of white; or kinds that no decoder here knows.
const REFUSED: [(&str, &str); 13] = [
    ("gif_no_palette", "no color table"),
    ("png_chunk_unknown_critical", "ABCD"),
    ("png_palette_missing", "palette"),
    ("png_too_few_rows", "not have enough data"),
    ("png_two_palettes", "PLTE"),
    ("tiff_float_to_one", "multiply them by 255"),
    ("tiff_group3", "Fax3"),
    ("tiff_jpeg_alpha", "JPEG data for alpha"),
    ("tiff_jpeg_cmyk", "JPEG data for inks"),
    ("tiff_no_photometric", "photometric interpretation"),
    ("tiff_ycbcr_subsampled", "subsampled chroma"),
    ("tiff_ycbcr_subsampling_not_said", "subsampled chroma"),
    ("tiff_zstd", "ZSTD"),
];

/// Read, though Pillow refuses them: nothing of the pixels is lost or doubtful.
const READ: [&str; 9] = [
    "bmp_16_444_masks",
    "bmp_32_masks_rgbx",
    "bmp_palette_2",
    "bmp_rle8_jumps",
    "png_bad_adler",
    "png_bad_checksum_gamma",
    "png_bad_checksum_text",
    "tiff_bigtiff_big_endian",
    "tiff_planar_and_more",
];

fn reference() -> Reference {
    Reference::read(include_bytes!("reference/odd.safetensors"))
}

fn largest_difference(a: &Rgb, b: &Rgb) -> u8 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    a.pixels.iter().zip(&b.pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn odd_pictures_are_those_of_pillow_or_are_refused() {
    let reference = reference();
    let names = reference.names(".file");
    let shown = reference.names(".rgb");
    let mut wrong = Vec::new();
    for name in &names {
        let result = decode(reference.bytes(&format!("{name}.file")));
        let tolerance = CLOSE.iter().find(|(close, _)| close == name).map_or(0, |(_, by)| *by);
        let refused = REFUSED.iter().find(|(refused, _)| refused == name);
        let is_right = match (&result, refused) {
            (Err(error), Some((_, word))) => error.to_string().contains(word),
            (Ok(image), None) if shown.contains(name) => {
                largest_difference(image, &reference.image(&format!("{name}.rgb"))) <= tolerance
            }
            (Ok(_), None) => READ.contains(name),
            (Err(_), None) => !shown.contains(name) && !READ.contains(name),
            (Ok(_), Some(_)) => false,
        };
        if !is_right {
            wrong.push((name, result.map(|image| (image.width, image.height))));
        }
    }
    assert!(wrong.is_empty(), "{} of {} files: {wrong:?}", wrong.len(), names.len());
}

/// TIFF files are turned whatever is asked for, as Pillow turns them when it loads one.
#[test]
fn tiff_files_are_always_turned() {
    let reference = reference();
    for orientation in 1..=8 {
        let name = format!("tiff_turned_{orientation}");
        let file = reference.bytes(&format!("{name}.file"));
        for wanted in [ExifOrientation::Ignored, ExifOrientation::Applied] {
            let image = decode_with(file, wanted, &Limits::default()).unwrap();
            assert!(image == reference.image(&format!("{name}.rgb")), "{name}");
        }
    }
}

/// What is wrong with a kind of file that is known is said, and what to do.
#[test]
fn a_kind_that_is_not_read_is_named() {
    let reference = reference();
    for (name, words) in [
        ("tiff_float_rgb", "TIFF with 3 floating-point samples of 32 bits for RGB"),
        ("tiff_float_64", "TIFF with 1 floating-point samples of 64 bits for gray"),
        ("tiff_rgb_4", "TIFF with 3 samples of 4 bits for RGB"),
        ("tiff_rgb_16_signed", "TIFF with 3 signed samples of 16 bits for RGB"),
        ("tiff_icc_lab", "for Lab (PhotometricInterpretation 9)"),
        ("tiff_zstd", "TIFF (compression method ZSTD is unsupported)"),
        ("pam", "a PAM picture"),
    ] {
        let error = decode(reference.bytes(&format!("{name}.file"))).unwrap_err();
        let is_kind =
            matches!(error, DecodeError::Unsupported { .. } | DecodeError::OtherFormat { .. });
        let message = error.to_string();
        assert!(is_kind && message.contains(words), "{name}: {message}");
        assert!(message.contains(", which is not read\nhint: convert it to PNG"), "{message}");
    }
}
