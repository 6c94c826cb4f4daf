use image::ImageFormat;

use super::error::DecodeError;
use super::exif_orientation::ExifOrientation;
use super::limits::Limits;
use super::shield::shielded;
use super::{jpeg, other};
use crate::rgb::Rgb;

/// Decodes a JPEG, PNG, GIF, BMP, WebP or TIFF file to 8-bit RGB: [`decode_with`] orientation
/// ignored and the default limits.
///
/// # Errors
/// As [`decode_with`].
///
/// # Examples
/// ```
/// use preprocess::{DecodeError, decode};
///
/// // A GIF of one white pixel.
/// let file = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// assert_eq!(decode(file)?.pixels, [255, 255, 255]);
/// assert!(matches!(decode(b"no image"), Err(DecodeError::UnknownFormat { .. })));
/// # Ok::<(), DecodeError>(())
/// ```
pub fn decode(file: &[u8]) -> Result<Rgb, DecodeError> {
    decode_with(file, ExifOrientation::Ignored, &Limits::default())
}

/// Decodes a JPEG, PNG, GIF, BMP, WebP or TIFF file to 8-bit RGB. The content decides the
/// format, never a name.
///
/// - **JPEG** is decoded by libjpeg-turbo with Pillow's settings, and equals Pillow byte for byte:
///   baseline and progressive, with restart markers, of any sampling; a thumbnail that is embedded
///   is not looked at. What libjpeg-turbo refuses, though its end is there, is tried with
///   zune-jpeg, which decodes some of it; Pillow decodes none of that.
/// - **CMYK** becomes RGB as in Pillow's `convert("RGB")`, without a color profile. In JPEG files
///   (also YCCK) inks count as stored inverted, as Adobe's programs store them; Pillow, too, assumes
///   that of every file.
/// - **Alpha** (also of palettes and of a transparent color) is composited on white, with the
///   rounding of Pillow's `Image.alpha_composite`. (Keras and torchvision examples that only
///   call `convert("RGB")` drop alpha instead and show whatever color lies below.)
/// - **Gray** is repeated; gray of 1, 2 or 4 bits is stretched to 0..=255.
/// - **Palettes** are looked up (not in TIFF, where the decoder refuses them).
/// - **16-bit samples**, alpha included, keep their high byte. (Pillow does so for color, but
///   clips 16-bit gray.)
/// - **Animations** (GIF, WebP, PNG) give their first frame; what it leaves uncovered is
///   transparent.
/// - **EXIF orientation** is ignored, as Keras and torchvision ignore it, or applied, as Pillow's
///   `ImageOps.exif_transpose` applies it; see `orientation`. (Two cases differ from Pillow. It
///   applies the orientation of TIFF files whenever it loads one; and without one in EXIF data it
///   looks for one in XMP data.)
/// - **Color profiles** are ignored, as Keras and torchvision ignore them.
///
/// A truncated JPEG is an error, even where the end marker is all that it lacks. One that reaches
/// the marker but has damaged data before it is decoded as far as possible, as in Pillow. A decoder
/// that panics is an error, too.
///
/// # Errors
/// [`DecodeError`] when there is no such image in `file`, or one that is beyond `limits`.
pub fn decode_with(
    file: &[u8],
    orientation: ExifOrientation,
    limits: &Limits,
) -> Result<Rgb, DecodeError> {
    if file.is_empty() {
        return Err(DecodeError::Empty);
    }
    limits.check_bytes(file.len() as u64)?;
    let (image, found) = shielded(|| match format(file)? {
        ImageFormat::Jpeg => jpeg::decode(file, limits),
        format => other::decode(file, format, limits),
    })?;
    Ok(orientation.turn(image, found))
}

fn format(file: &[u8]) -> Result<ImageFormat, DecodeError> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    match image::guess_format(file) {
        Ok(format @ (Bmp | Gif | Jpeg | Png | Tiff | WebP)) => Ok(format),
        _ => Err(DecodeError::UnknownFormat { start: file[..file.len().min(8)].to_vec() }),
    }
}
