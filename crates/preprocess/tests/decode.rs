use preprocess::{
    DecodeError, Decoded, ExifOrientation, Limits, MAX_PIXELS, decode, decode_and_tell, decode_with,
};
use sha2::{Digest as _, Sha256};

use crate::reference::Reference;

fn reference() -> Reference {
    Reference::read(include_bytes!("reference/decode.safetensors"))
}

/// Every byte equal: JPEG of all samplings and colors (also CMYK), PNG, GIF, BMP, TIFF and WebP
/// (lossy WebP as well): depths, palettes, transparency, 16 bit.
#[test]
fn every_format_equals_pillow_byte_for_byte() {
    let reference = reference();
    let names = reference.names(".file");
    assert_eq!(names.len(), 46);
    for name in names {
        let got = decode(reference.bytes(&format!("{name}.file"))).unwrap();
        assert!(got == reference.image(&format!("{name}.rgb")), "{name}");
    }
}

/// Every byte equal, of whatever kind: 50 files of all samplings and colors, baseline and
/// progressive, and 70 of random size, quality, restart interval, EXIF data and thumbnail.
/// `reference/compare.py` does the same with as many files as one likes.
#[test]
fn jpeg_files_of_every_kind_equal_pillow_byte_for_byte() {
    let reference = Reference::read(include_bytes!("reference/jpeg.safetensors"));
    let names = reference.names(".file");
    assert_eq!(names.len(), 120);
    for name in names {
        let image = decode(reference.bytes(&format!("{name}.file"))).unwrap();
        let mut hash = Sha256::new();
        hash.update(image.width.to_le_bytes());
        hash.update(image.height.to_le_bytes());
        hash.update(&image.pixels);
        let expected = reference.bytes(&format!("{name}.sha256"));
        assert_eq!(hash.finalize()[..], *expected, "{name}: {}", reference.about(name));
    }
}

/// All eight orientations in each format that can hold them, against `ImageOps.exif_transpose`; and
/// nothing of it happens unless asked for, which is told. (TIFF files are always turned: `odd`.)
#[test]
fn exif_orientation_is_applied_as_by_pillow_and_only_on_request() {
    let reference = Reference::read(include_bytes!("reference/orientation.safetensors"));
    let limits = Limits::default();
    for format in ["jpeg", "png", "webp"] {
        let as_it_lies = reference.image(&format!("{format}_1.rgb"));
        for orientation in 1..=8 {
            let name = format!("{format}_{orientation}");
            let file = reference.bytes(&format!("{name}.file"));
            let upright = decode_with(file, ExifOrientation::Applied, &limits).unwrap();
            assert!(upright == reference.image(&format!("{name}.rgb")), "{name}");
            let Decoded { image, is_left_turned } =
                decode_and_tell(file, ExifOrientation::Ignored, &limits).unwrap();
            assert!(image == as_it_lies, "{name}");
            assert_eq!(is_left_turned, orientation != 1, "{name}");
            let applied = decode_and_tell(file, ExifOrientation::Applied, &limits).unwrap();
            assert!(!applied.is_left_turned, "{name}");
        }
    }
}

#[test]
fn a_cut_file_gives_the_whole_image_or_an_error() {
    let reference = reference();
    for name in reference.names(".file") {
        let file = reference.bytes(&format!("{name}.file"));
        let whole = decode(file).unwrap();
        assert!(decode(&file[..file.len() / 2]).is_err() || name.ends_with("animated"), "{name}");
        for length in 0..file.len() {
            if let Ok(cut) = decode(&file[..length]) {
                assert!(cut == whole, "{name} cut to {length} of {} bytes", file.len());
            }
        }
    }
}

#[test]
fn a_truncated_jpeg_has_an_error_of_its_own() {
    let reference = reference();
    for name in ["jpeg_420", "jpeg_progressive"] {
        let file = reference.bytes(&format!("{name}.file"));
        let error = decode(&file[..file.len() / 2]).unwrap_err();
        assert!(matches!(error, DecodeError::TruncatedJpeg), "{error:?}");
        let message = "the JPEG file is truncated: it ends before its end-of-image marker";
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn an_empty_file_is_an_error_of_its_own() {
    let error = decode(b"").unwrap_err();
    assert!(matches!(error, DecodeError::Empty));
    assert_eq!(error.to_string(), "the file is empty");
}

#[test]
fn another_format_is_an_error_that_shows_how_the_file_begins() {
    // A text, and one byte.
    for (file, start) in [(&b"once upon a time"[..], "once upo"), (b"\xFF", r"\xff")] {
        let error = decode(file).unwrap_err();
        assert!(matches!(error, DecodeError::UnknownFormat { .. }), "{error:?}");
        let message = error.to_string();
        let begin = format!("not an image in a known format, it begins with `{start}`\nhint: ");
        assert!(message.starts_with(&begin), "{message}");
        assert!(message.contains("hint:") && message.contains("WebP"), "{message}");
    }
}

#[test]
fn damaged_content_is_an_error_that_says_what_the_decoder_found() {
    let mut png = reference().bytes("png_rgb.file").to_vec();
    let middle = png.len() / 2;
    png[middle] ^= 0xFF;
    let error = decode(&png).unwrap_err();
    assert!(matches!(error, DecodeError::Malformed { .. }), "{error:?}");
    assert!(error.to_string().starts_with("cannot be decoded: "));
}

/// Headers that promise more pixels than are allowed, without a single pixel behind them.
#[test]
fn too_many_pixels_are_refused_before_any_is_decoded() {
    let side_30_000 = [0x30, 0x75, 0, 0];
    let bmp = [
        &b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"[..],
        &side_30_000,
        &side_30_000,
        b"\x01\0\x18\0",
        &[0; 24],
    ]
    .concat();
    let png =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x75\x30\0\0\x75\x30\x08\x02\0\0\0\xe9\x45\x6f\xed\
        \0\0\0\0IDAT\x35\xaf\x06\x1e";
    for file in [&bmp[..], &png[..]] {
        let error = decode(file).unwrap_err();
        let DecodeError::TooLarge { width, height, limit } = error else { panic!("{error:?}") };
        assert_eq!((width, height, limit), (30_000, 30_000, MAX_PIXELS));
        assert!(error.to_string().contains(&MAX_PIXELS.to_string()));
    }
}
