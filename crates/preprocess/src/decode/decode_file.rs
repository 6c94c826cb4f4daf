use image::ImageFormat;
use image::metadata::Orientation;

use super::error::DecodeError;
use super::exif_orientation::ExifOrientation;
use super::format::{Format, format};
use super::limits::Limits;
use super::shield::shielded;
use super::{bmp, gif, jpeg, jpeg2000, netpbm, other, png, tiff};
use crate::rgb::Rgb;

/// Decodes an image file to 8-bit RGB: [`decode_with`] orientation ignored and the default limits.
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

/// Decodes a JPEG, PNG, GIF, BMP, WebP, TIFF, JPEG 2000, PBM, PGM or PPM file to 8-bit RGB. The content
/// decides the format, never a name.
///
/// - **JPEG** is decoded by libjpeg-turbo with Pillow's settings, and equals Pillow byte for byte:
///   baseline and progressive, with restart markers, of any sampling; a thumbnail that is embedded
///   is not looked at. What libjpeg-turbo refuses, though its end is there, is tried with
///   zune-jpeg, which decodes some of it; Pillow decodes none of that.
/// - **PNG**: a wrong checksum of pixels, and an end that is missing behind them, are borne, as in Pillow,
///   where the checksum inside the compressed pixels is right.
/// - **TIFF** is read where Pillow reads it: bits, bytes and 12, 16 and 32 bits of gray, palettes, alpha also
///   where colors are multiplied by it, CMYK, YCbCr, Lab (within a few levels), strips and tiles, BigTIFF, JPEG
///   inside. Of several pages the first counts. Lab, and JPEG 2000, are all that is not Pillow's byte for byte.
/// - **CMYK** becomes RGB as in Pillow's `convert("RGB")`, without a color profile. In JPEG files
///   (also YCCK) inks count as stored inverted, as Adobe's programs store them; Pillow, too, assumes
///   that of every file.
/// - **Alpha** (also of palettes and of a transparent color) is composited on white, with the
///   rounding of Pillow's `Image.alpha_composite`. (Keras and torchvision examples that only
///   call `convert("RGB")` drop alpha instead and show whatever color lies below.)
/// - **Gray** is repeated; gray of 1, 2 or 4 bits is stretched to 0..=255.
/// - **Palettes** are looked up.
/// - **16-bit samples**, alpha included, keep their high byte. (Pillow does so for color, but
///   clips 16-bit gray.) So do those of 12 bits. Signed samples, integers of 32 bits and floating-point
///   numbers are clipped to 0..=255, as in Pillow, but for fractions from 0 to 1, which are refused: Pillow
///   makes black of them.
/// - **Animations** (GIF, WebP, PNG) give their first frame; what it leaves uncovered is
///   transparent, and in a GIF file without a transparent color of the palette's first color, as in Pillow.
/// - **EXIF orientation** is ignored, as Keras and torchvision ignore it, or applied, as Pillow's
///   `ImageOps.exif_transpose` applies it; see `orientation`. TIFF files are always turned, as Pillow turns
///   them when it loads one. (Without an orientation in EXIF data Pillow looks for one in XMP data.)
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
    Ok(decode_and_tell(file, orientation, limits)?.image)
}

/// An image, and what was not done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The image.
    pub image: Rgb,
    /// Whether EXIF data says that it is to be turned or mirrored, and it was not.
    pub is_left_turned: bool,
}

/// [`decode_with`], and whether an orientation was ignored.
///
/// # Errors
/// As [`decode_with`].
pub fn decode_and_tell(
    file: &[u8],
    orientation: ExifOrientation,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    if file.is_empty() {
        return Err(DecodeError::Empty);
    }
    limits.check_bytes(file.len() as u64)?;
    let (image, found) = shielded(|| decode_as(format(file)?, file, limits))?;
    let is_left_turned =
        orientation == ExifOrientation::Ignored && found != Orientation::NoTransforms;
    Ok(Decoded { image: orientation.turn(image, found), is_left_turned })
}

/// The image as it lies in the file, and how it is to be turned.
fn decode_as(
    format: Format,
    file: &[u8],
    limits: &Limits,
) -> Result<(Rgb, Orientation), DecodeError> {
    let upright = |image| (image, Orientation::NoTransforms);
    match format {
        Format::Bmp => bmp::decode(file, limits),
        Format::Jpeg => jpeg::decode(file, limits),
        Format::Png => png::decode(file, limits),
        Format::WebP => other::decode(file, ImageFormat::WebP, limits),
        Format::Gif => gif::decode(file, limits).map(upright),
        Format::Jpeg2000 => jpeg2000::decode(file, limits).map(upright),
        Format::Netpbm => netpbm::decode(file, limits).map(upright),
        Format::Tiff => tiff::decode(file, limits).map(upright),
    }
}
