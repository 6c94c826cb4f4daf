//! The formats that the `image` crate decodes.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::error::DecodeError;
use super::limits::Limits;
use crate::rgb::Rgb;
use crate::to_rgb;

/// Bytes of a pixel at most: four 16-bit channels.
const BYTES_A_PIXEL: u64 = 8;

/// What decoders may allocate besides pixels.
const OVERHEAD: u64 = 32 << 20;

/// Decodes a file; its orientation is told, not applied.
pub(super) fn decode(
    file: &[u8],
    format: ImageFormat,
    limits: &Limits,
) -> Result<(Rgb, Orientation), DecodeError> {
    let malformed = |error: ImageError| DecodeError::Malformed { reason: error.to_string() };
    let mut allocations = image::Limits::default();
    let max_pixel_bytes = limits.max_pixels.saturating_mul(BYTES_A_PIXEL);
    allocations.max_alloc = Some(max_pixel_bytes.saturating_add(OVERHEAD));
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(allocations);
    let mut decoder = reader.into_decoder().map_err(malformed)?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(width, height)?;
    // What cannot be read of EXIF data is no reason to refuse the pixels.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(malformed)?;
    let unknown =
        || DecodeError::Unsupported { what: "an image of floating-point samples".to_owned() };
    Ok((to_rgb::to_rgb(image).ok_or_else(unknown)?, orientation))
}
