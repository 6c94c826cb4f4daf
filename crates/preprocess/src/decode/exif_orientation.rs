use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};
use serde::{Deserialize, Serialize};

use crate::rgb::Rgb;

/// What becomes of the orientation that a camera notes in EXIF data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExifOrientation {
    /// Nothing: pixels as they lie in the file, as Keras and torchvision show them.
    #[default]
    Ignored,
    /// Images are turned and mirrored upright, as Pillow's `ImageOps.exif_transpose` does it.
    Applied,
}

impl ExifOrientation {
    /// The image as it is to be seen.
    pub(super) fn turn(self, image: Rgb, orientation: Orientation) -> Rgb {
        if self == Self::Ignored || orientation == Orientation::NoTransforms {
            return image;
        }
        let Rgb { width, height, pixels } = image;
        let image = RgbImage::from_raw(width, height, pixels).expect("an image has its pixels");
        let mut image = DynamicImage::ImageRgb8(image);
        image.apply_orientation(orientation);
        Rgb { width: image.width(), height: image.height(), pixels: image.into_rgb8().into_raw() }
    }
}
