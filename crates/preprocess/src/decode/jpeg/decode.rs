use image::ImageFormat;
use image::metadata::Orientation;

use super::markers::Markers;
use super::turbo;
use crate::decode::{DecodeError, Limits, other};
use crate::rgb::Rgb;

/// Decodes a JPEG file; its orientation is told, not applied.
///
/// What libjpeg-turbo refuses is tried with the decoder of the `image` crate, which bears more.
pub(crate) fn decode(file: &[u8], limits: &Limits) -> Result<(Rgb, Orientation), DecodeError> {
    let markers = Markers::of(file);
    if !markers.is_complete {
        return Err(DecodeError::TruncatedJpeg);
    }
    limits.check_scans(markers.n_scans, markers.n_pixels)?;
    let orientation = markers.exif.and_then(Orientation::from_exif_chunk);
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    let image = turbo::decode(file, limits).or_else(|refusal| match refusal {
        DecodeError::Malformed { .. } => match other::decode(file, ImageFormat::Jpeg, limits) {
            Ok((image, _)) => Ok(image),
            Err(_) => Err(refusal),
        },
        _ => Err(refusal),
    })?;
    Ok((image, orientation))
}
