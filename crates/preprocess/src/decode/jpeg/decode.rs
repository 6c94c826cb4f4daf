use image::ImageFormat;
use image::metadata::Orientation;

use super::markers::Markers;
use super::turbo;
use crate::decode::{DecodeError, Limits, other};
use crate::rgb::Rgb;

/// The most scans that a progressive file may have: the limit that libjpeg-turbo's own tools for
/// files from unknown sources set. Each scan may walk over all pixels while it takes a few bytes;
/// usual files have ten.
const MAX_SCANS: usize = 500;

/// Decodes a JPEG file; its orientation is told, not applied.
///
/// What libjpeg-turbo refuses is tried with the decoder of the `image` crate, which bears more.
pub(crate) fn decode(file: &[u8], limits: &Limits) -> Result<(Rgb, Orientation), DecodeError> {
    let markers = Markers::of(file);
    if !markers.is_complete {
        return Err(DecodeError::TruncatedJpeg);
    }
    if markers.n_scans > MAX_SCANS {
        return Err(DecodeError::TooManyScans { n_scans: markers.n_scans, limit: MAX_SCANS });
    }
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
