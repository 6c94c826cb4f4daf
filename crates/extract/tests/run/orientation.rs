//! Images that EXIF data says are to be turned.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use preprocess::ExifOrientation;

use super::engine::SIDE;
use super::fixture::Fixture;

/// A PNG file with this orientation in its EXIF data.
fn png(key: u8, orientation: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(Cursor::new(&mut file));
    let exif =
        [&b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..], &[orientation, 0, 0, 0], &[0; 4]];
    encoder.set_exif_metadata(exif.concat()).unwrap();
    let pixels = vec![key; (SIDE * SIDE * 3) as usize];
    encoder.write_image(&pixels, SIDE, SIDE, ExtendedColorType::Rgb8).unwrap();
    file
}

#[test]
fn orientations_that_are_ignored_are_counted() {
    let mut fixture = Fixture::new();
    for (i, orientation) in [1, 3, 6, 8, 1].into_iter().enumerate() {
        fixture.write(&format!("cat/{i}.png"), &png(i as u8, orientation));
    }
    fixture.put("cat/without.bmp", 0);
    assert_eq!(fixture.run().outcome().n_left_turned, 3);
    assert_eq!(fixture.run().outcome().n_left_turned, 0, "none is decoded again");

    fixture.recipe.preset.decoding.exif_orientation = ExifOrientation::Applied;
    let preset = serde_json::to_value(&fixture.recipe.preset).unwrap();
    fixture.recipe.provenance.preprocessing = preset;
    fixture.job.replace = true;
    assert_eq!(fixture.run().outcome().n_left_turned, 0);
}
