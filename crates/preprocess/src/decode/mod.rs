//! From the bytes of an image file to RGB.

mod bmp;
mod cmyk;
mod decode_file;
mod decoding;
mod error;
mod exif_orientation;
mod format;
mod gif;
mod jpeg;
mod jpeg2000;
mod limits;
mod netpbm;
mod other;
mod png;
mod shield;
mod tiff;

pub use decode_file::{Decoded, decode, decode_and_tell, decode_with};
pub use decoding::Decoding;
pub use error::DecodeError;
pub use exif_orientation::ExifOrientation;
pub use limits::{Limits, MAX_BYTES, MAX_PIXELS, MAX_SIDE};
