use serde::{Deserialize, Serialize};

use super::exif_orientation::ExifOrientation;

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
    /// What becomes of the orientation in EXIF data.
    pub exif_orientation: ExifOrientation,
}

impl Decoding {
    /// What [`decode`](crate::decode()) does.
    pub fn current() -> Self {
        Self {
            decoder: "libjpeg-turbo 3.1.0, image 0.25.10, zune-jpeg 0.5.15, image-webp 0.2.4, \
                      gif 0.14.2, tiff 0.11.3, hayro-jpeg2000 0.5.0"
                .to_owned(),
            alpha: "white".to_owned(),
            sixteen_bit: "high byte".to_owned(),
            exif_orientation: ExifOrientation::Ignored,
        }
    }
}
