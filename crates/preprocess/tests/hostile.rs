//! Files that are damaged, or made to do harm.

use preprocess::{DecodeError, ExifOrientation, Limits, MAX_SIDE, Rgb, decode, decode_with};
use proptest::prelude::*;

use crate::reference::Reference;

/// How files of each format begin.
const BEGINNINGS: [&[u8]; 13] = [
    b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0",
    b"\xFF\xD8\xFF\xC0\0\x11\x08\0\x20\0\x20\x03\x01\x22\0\x02\x11\x01\x03\x11\x01",
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x20\0\0\0\x20\x08\x02\0\0\0\xfc\x18\xed\xa3",
    b"GIF89a\x20\0\x20\0\xF7\0\0",
    b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\0\0\0\x20\0\0\0\x01\0\x18\0",
    b"RIFF\x40\0\0\0WEBPVP8 ",
    b"II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08",
    b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0",
    b"P3\n4 4\n255\n",
    b"P6 4 4 65535 ",
    b"\xFF\x4F\xFF\x51\0\x2F\0\0\0\0\0\x20\0\0\0\x20\0\0\0\0\0\0\0\0",
    b"\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 ",
];

/// Small, so that what slips through costs no time.
const LIMITS: Limits = Limits { max_pixels: 1 << 20, max_bytes: 1 << 20 };

fn files() -> Vec<Vec<u8>> {
    files_of(&Reference::read(include_bytes!("reference/decode.safetensors")))
}

/// Those, and the odd ones: of every kind that is read.
fn all_files() -> Vec<Vec<u8>> {
    let odd = Reference::read(include_bytes!("reference/odd.safetensors"));
    [files(), files_of(&odd)].concat()
}

fn files_of(reference: &Reference) -> Vec<Vec<u8>> {
    let names = reference.names(".file");
    names.iter().map(|name| reference.bytes(&format!("{name}.file")).to_vec()).collect()
}

/// Nothing but an error, or an image within the limits that has all its pixels.
fn check(result: Result<Rgb, DecodeError>) -> Result<(), TestCaseError> {
    if let Ok(Rgb { width, height, pixels }) = result {
        let n_pixels = u64::from(width) * u64::from(height);
        prop_assert!((1..=LIMITS.max_pixels).contains(&n_pixels));
        prop_assert_eq!(pixels.len() as u64, n_pixels * 3);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn random_bytes_give_an_error_or_an_image(
        beginning in prop::sample::select(&BEGINNINGS),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        check(decode_with(&rest, ExifOrientation::Applied, &LIMITS))?;
        let file = [beginning, &rest].concat();
        check(decode_with(&file, ExifOrientation::Applied, &LIMITS))?;
    }

    #[test]
    fn damaged_files_give_an_error_or_an_image(
        file in prop::sample::select(all_files()),
        cut in 0.0..1.3_f64,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let mut file = file;
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        file.truncate((file.len() as f64 * cut) as usize);
        check(decode_with(&file, ExifOrientation::Applied, &LIMITS))?;
    }
}

/// Headers of every format that promise billions of pixels, in files of a few bytes.
#[test]
fn huge_dimensions_are_refused_in_every_format() {
    let reference = Reference::read(include_bytes!("reference/decode.safetensors"));
    let patched = |name: &str, find: &[u8], skip: usize, size: &[u8]| {
        let mut file = reference.bytes(&format!("{name}.file")).to_vec();
        let at = file.windows(find.len()).position(|window| window == find).unwrap() + skip;
        file[at..at + size.len()].copy_from_slice(size);
        file
    };
    let huge = |format: &str| match format {
        // Height and width, 65500 as the most that the library bears, after the marker of the frame,
        // its length, and the precision.
        "jpeg" => patched("jpeg_420", b"\xFF\xC0", 5, b"\xFF\xDC\xFF\xDC"),
        "jpeg_progressive" => patched("jpeg_progressive", b"\xFF\xC2", 5, b"\xFF\xDC\xFF\xDC"),
        "gif" => patched("gif", b"GIF", 6, &[0xFF; 4]),
        // With the checksum that fits.
        "png" => patched(
            "png_rgb",
            b"IHDR",
            4,
            b"\0\x98\x96\x80\0\x98\x96\x80\x08\x02\0\0\0\x67\x50\xD5\x2B",
        ),
        "bmp" => patched("bmp_rgb", b"BM", 18, b"\x60\xEA\0\0\x60\xEA\0\0"),
        // The value of the tags for width and height, of the types that the file has them in.
        "tiff" => {
            let mut file = reference.bytes("tiff_rgb.file").to_vec();
            for tag in [b"\x00\x01", b"\x01\x01"] {
                let at = file.windows(2).position(|window| window == tag).unwrap();
                file[at + 2..at + 12].copy_from_slice(b"\x04\0\x01\0\0\0\0\0\x01\0");
            }
            file
        }
        "webp" => patched("webp_lossless", b"VP8L", 9, &[0xFF; 3]),
        _ => unreachable!(),
    };
    for format in ["jpeg", "jpeg_progressive", "gif", "png", "bmp", "tiff", "webp"] {
        let error = decode_with(&huge(format), ExifOrientation::Ignored, &LIMITS).unwrap_err();
        match error {
            DecodeError::TooLarge { .. } => {}
            // 16384 pixels, the most that a file can say, have no room in the decoder's 14 bits.
            DecodeError::NoPixels { width: 0, .. } if format == "webp" => {}
            // Other parts of this file tell the true size, which its decoder sees first.
            DecodeError::Malformed { reason } if format == "tiff" => {
                assert!(reason.to_lowercase().contains("inconsistent"), "{reason}");
            }
            error => panic!("{format}: {error}"),
        }
    }
}

#[test]
fn an_image_as_large_as_the_limits_is_decoded_and_a_larger_one_is_not() {
    for file in files() {
        let Rgb { width, height, pixels } = decode(&file).unwrap();
        let n_pixels = u64::from(width) * u64::from(height);
        let exact = Limits { max_pixels: n_pixels, max_bytes: file.len() as u64 };
        let decode_within = |limits| decode_with(&file, ExifOrientation::Ignored, &limits);
        assert!(decode_within(exact).unwrap().pixels == pixels);
        let fewer_pixels = Limits { max_pixels: n_pixels - 1, ..exact };
        let error = decode_within(fewer_pixels).unwrap_err();
        let DecodeError::TooLarge { limit, .. } = error else { panic!("{error:?}") };
        assert_eq!(limit, n_pixels - 1);
        let fewer_bytes = Limits { max_bytes: file.len() as u64 - 1, ..exact };
        let error = decode_within(fewer_bytes).unwrap_err();
        assert!(matches!(error, DecodeError::TooManyBytes { .. }), "{error:?}");
        let message = format!("the file is too large: {} bytes, the limit is ", file.len());
        assert!(error.to_string().starts_with(&message), "{error}");
    }
}

/// A scan takes a few bytes, and the decoder a walk over all pixels.
#[test]
fn a_progressive_file_of_very_many_scans_is_refused() {
    let reference = Reference::read(include_bytes!("reference/decode.safetensors"));
    let file = reference.bytes("jpeg_progressive.file");
    let scan = file.windows(2).rposition(|window| window == b"\xFF\xDA").unwrap();
    let mut many = file[..scan].to_vec();
    for _ in 0..500 {
        many.extend(&file[scan..file.len() - 2]);
    }
    many.extend(b"\xFF\xD9");
    let error = decode(&many).unwrap_err();
    assert!(matches!(error, DecodeError::TooManyScans { limit: 500, .. }), "{error:?}");
}

/// As many scans are borne as the largest image could have sixteen of.
#[test]
fn a_large_image_has_fewer_scans_than_a_small_one() {
    let reference = Reference::read(include_bytes!("reference/decode.safetensors"));
    let file = reference.bytes("jpeg_progressive.file");
    let n_scans = file.windows(2).filter(|window| window == b"\xFF\xDA").count();
    let Rgb { width, height, .. } = decode(file).unwrap();
    let n_pixels = u64::from(width) * u64::from(height);
    let scan = file.windows(2).rposition(|window| window == b"\xFF\xDA").unwrap();
    let last = &file[scan..file.len() - 2];
    let limits = Limits { max_pixels: n_pixels, ..LIMITS };
    let with = |more: usize| {
        let many = [&file[..scan], &last.repeat(1 + more), b"\xFF\xD9"].concat();
        decode_with(&many, ExifOrientation::Ignored, &limits)
    };
    assert!(!matches!(with(16 - n_scans), Err(DecodeError::TooManyScans { .. })));
    let error = with(17 - n_scans).unwrap_err();
    assert!(matches!(error, DecodeError::TooManyScans { n_scans: 17, limit: 16 }), "{error:?}");
}

#[test]
fn a_row_or_column_without_end_is_refused() {
    for (width, height) in [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1)] {
        let mut file = Vec::new();
        image::GrayImage::new(width, height)
            .write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Png)
            .unwrap();
        let limits = Limits { max_pixels: u64::from(MAX_SIDE) * 2, ..LIMITS };
        let error = decode_with(&file, ExifOrientation::Ignored, &limits).unwrap_err();
        let message = format!("the image is too long: {width}x{height} pixels, the limit is ");
        assert!(error.to_string().starts_with(&message), "{error}");
    }
}

/// libjpeg-turbo tells of damage that it could bear and of an error after that in the same way: a
/// file whose second scan begins with a broken table is no image with the rest missing.
#[test]
fn an_error_after_a_warning_is_an_error() {
    let reference = Reference::read(include_bytes!("reference/decode.safetensors"));
    let file = reference.bytes("jpeg_progressive.file");
    let scans: Vec<usize> =
        (0..file.len() - 1).filter(|&i| file[i..].starts_with(b"\xFF\xDA")).collect();
    // Bytes between a scan and the next marker, more than are read ahead: a warning. A Huffman
    // table of too many codes: an error.
    let broken = [&[1; 64][..], b"\xFF\xC4\0\x13\x10", &[0xFF; 16]].concat();
    let second = file[..scans[1]].windows(2).rposition(|window| window == b"\xFF\xC4").unwrap();
    let damaged = [&file[..second], &broken, &file[second..]].concat();
    let error = decode(&damaged).unwrap_err();
    assert!(matches!(error, DecodeError::Malformed { .. }), "{error:?}");
}

/// Found by the fuzz target: a screen of no height, with a picture in it.
#[test]
fn an_image_without_pixels_is_an_error() {
    let error = decode(include_bytes!("reference/no-pixels.gif")).unwrap_err();
    assert!(matches!(error, DecodeError::NoPixels { height: 0, .. }), "{error}");
    assert!(error.to_string().starts_with("the image has no pixels: it is "), "{error}");
}
