//! From the bytes of an image file to RGB.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::rgb::Rgb;
use crate::{jpeg, to_rgb};

/// The largest number of pixels that is decoded: where Pillow, too, refuses an image as a
/// decompression bomb.
pub const MAX_PIXELS: u64 = 178_956_970;

/// How files become pixels, in words, for the provenance of what is computed from them. Two
/// versions of this crate that decode differently differ here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decoding {
    /// The libraries that decode, with versions.
    pub decoder: String,
    /// What becomes of transparent pixels.
    pub alpha: String,
    /// How 16-bit samples become 8-bit ones.
    pub sixteen_bit: String,
    /// Whether the orientation in EXIF data is applied.
    pub exif_orientation: String,
}

impl Decoding {
    /// What [`decode`] does.
    pub fn current() -> Self {
        Self {
            decoder: "image 0.25.10, zune-jpeg 0.5.15, image-webp 0.2.4".to_owned(),
            alpha: "white".to_owned(),
            sixteen_bit: "high byte".to_owned(),
            exif_orientation: "ignored".to_owned(),
        }
    }
}

/// Why a file gives no pixels. The path is the caller's to add.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The content is in none of the formats that are read.
    #[error(
        "not an image in a known format, it begins with `{start}`\n\
         hint: JPEG, PNG, GIF, BMP, WebP and TIFF are read, whatever the file is called",
        start = .start.escape_ascii()
    )]
    UnknownFormat {
        /// The first bytes, at most 8.
        start: Vec<u8>,
    },
    /// The image has too many pixels.
    #[error("the image is too large: {width}x{height} pixels, the limit is {MAX_PIXELS} in all")]
    TooLarge {
        /// Width in pixels, as the file says.
        width: u32,
        /// Height in pixels, as the file says.
        height: u32,
    },
    /// A JPEG file ends before its end-of-image marker.
    #[error("the JPEG file is truncated: it ends before its end-of-image marker")]
    TruncatedJpeg,
    /// Samples are floating-point numbers, which have no agreed range.
    #[error("floating-point samples are not supported")]
    FloatingPoint,
    /// The decoder refuses the content: broken, truncated, or a variant that it does not know.
    #[error("cannot be decoded: {reason}")]
    Malformed {
        /// What the decoder said.
        reason: String,
    },
}

/// Decodes a JPEG, PNG, GIF, BMP, WebP or TIFF file to 8-bit RGB. The content decides the
/// format, never a name.
///
/// - **Alpha** (also of palettes and of a transparent color) is composited on white, with the
///   rounding of Pillow's `Image.alpha_composite`. (Keras and torchvision examples that only
///   call `convert("RGB")` drop alpha instead and show whatever color lies below.)
/// - **Gray** is repeated; gray of 1, 2 or 4 bits is stretched to 0..=255.
/// - **Palettes** are looked up (not in TIFF, where the decoder refuses them).
/// - **16-bit samples**, alpha included, keep their high byte. (Pillow does so for color, but
///   clips 16-bit gray.)
/// - **CMYK** becomes RGB the way the decoder does it, without a color profile.
/// - **Animations** give their first frame; what it leaves uncovered is transparent.
/// - **Color profiles and EXIF orientation** are ignored, as Keras and torchvision ignore them.
///   (In TIFF files alone Pillow applies the orientation.)
///
/// A truncated JPEG is an error, even where the end marker is all that it lacks. One that reaches
/// the marker but has damaged data before it is decoded as far as possible, as libjpeg does.
///
/// # Errors
/// [`DecodeError`] when there is no such image in `file`, or one of more than [`MAX_PIXELS`].
pub fn decode(file: &[u8]) -> Result<Rgb, DecodeError> {
    if file.is_empty() {
        return Err(DecodeError::Empty);
    }
    let format = format(file)?;
    if format == ImageFormat::Jpeg && !jpeg::is_complete(file) {
        return Err(DecodeError::TruncatedJpeg);
    }
    let malformed = |error: ImageError| DecodeError::Malformed { reason: error.to_string() };

    let mut limits = Limits::default();
    // Four 16-bit channels are the most that one pixel takes.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(malformed)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(DecodeError::TooLarge { width, height });
    }
    let image = DynamicImage::from_decoder(decoder).map_err(malformed)?;
    to_rgb::to_rgb(image).ok_or(DecodeError::FloatingPoint)
}

fn format(file: &[u8]) -> Result<ImageFormat, DecodeError> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    match image::guess_format(file) {
        Ok(format @ (Bmp | Gif | Jpeg | Png | Tiff | WebP)) => Ok(format),
        _ => Err(DecodeError::UnknownFormat { start: file[..file.len().min(8)].to_vec() }),
    }
}
