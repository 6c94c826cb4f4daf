//! From the bytes of an image file to RGB.

mod decode_file;
mod decoding;
mod error;
mod exif_orientation;
mod jpeg;
mod limits;
pub(crate) mod other;
mod shield;

pub use decode_file::{decode, decode_with};
pub use decoding::Decoding;
pub use error::DecodeError;
pub use exif_orientation::ExifOrientation;
pub use limits::{Limits, MAX_BYTES, MAX_PIXELS, MAX_SIDE};
