//! BMP files.

use image::ImageFormat;
use image::metadata::Orientation;

use super::error::DecodeError;
use super::limits::Limits;
use super::other;
use crate::rgb::Rgb;

/// Decodes a file. Colors of five or six bits are stretched as Pillow does it.
pub(super) fn decode(file: &[u8], limits: &Limits) -> Result<(Rgb, Orientation), DecodeError> {
    let (mut image, orientation) = other::decode(file, ImageFormat::Bmp, limits)?;
    if let Some(bits) = bits_of_16(file) {
        for pixel in image.pixels.as_chunks_mut::<3>().0 {
            for (level, bits) in pixel.iter_mut().zip(bits) {
                *level = stretched(*level >> (8 - bits), bits);
            }
        }
    }
    Ok((image, orientation))
}

/// The largest of `bits` is 255; what is behind the point is cut off.
fn stretched(value: u8, bits: u32) -> u8 {
    let largest = (1_u32 << bits) - 1;
    (u32::from(value) * 255 / largest) as u8
}

/// Bits of red, green and blue in a file of 16 bits a pixel that has them where most have.
fn bits_of_16(file: &[u8]) -> Option<[u32; 3]> {
    const MASKS: u32 = 3;
    let number = |at: usize| {
        let bytes = file.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    if number(14)? < 40 || number(28)? & 0xFFFF != 16 {
        return None;
    }
    match (number(30)?, [number(54), number(58), number(62)]) {
        (0, _) | (MASKS, [Some(0x7C00), Some(0x03E0), Some(0x001F)]) => Some([5, 5, 5]),
        (MASKS, [Some(0xF800), Some(0x07E0), Some(0x001F)]) => Some([5, 6, 5]),
        _ => None,
    }
}
