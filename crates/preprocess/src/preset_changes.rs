//! A preset with some of its fields replaced.

use schema::{ChannelOrder, Resize};
use thiserror::Error;

use crate::decode::ExifOrientation;
use crate::filter::Filter;
use crate::preset::Preset;

/// What is to be different from a preset; `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PresetChanges {
    /// Scale until the shorter side has this length in pixels, then crop.
    pub shorter_side: Option<u32>,
    /// Width and height in pixels of the crop from the middle.
    pub crop: Option<(u32, u32)>,
    /// Resize to this width and height in pixels, whatever the aspect ratio, and crop nothing.
    pub squash: Option<(u32, u32)>,
    /// The filter to resize with.
    pub filter: Option<Filter>,
    /// Order of the channels.
    pub channels: Option<ChannelOrder>,
    /// What pixels are divided by first.
    pub scale: Option<f32>,
    /// What is subtracted then, in the order of the channels.
    pub mean: Option<[f32; 3]>,
    /// What divides last, in the order of the channels.
    pub std: Option<[f32; 3]>,
    /// What becomes of the orientation in EXIF data.
    pub exif_orientation: Option<ExifOrientation>,
}

/// Why changes make no preset.
#[derive(Debug, Error, PartialEq)]
pub enum PresetChangeError {
    /// A squashed image has neither a shorter side nor a crop.
    #[error("an image is either squashed, or scaled and cropped")]
    SquashAndCrop,
    /// A preset that squashes has no length or crop that the other could be taken from.
    #[error("the preset `{preset}` squashes images: it has no {missing}")]
    Half {
        /// The preset's name.
        preset: String,
        /// What would be needed besides.
        missing: &'static str,
    },
    /// A crop that reaches beyond the image.
    #[error("a crop of {width}x{height} does not fit into images with a shorter side of {length}")]
    CropTooLarge {
        /// Width of the crop.
        width: u32,
        /// Height of the crop.
        height: u32,
        /// The shorter side.
        length: u32,
    },
    /// A side of no pixels.
    #[error("a side of an image has at least one pixel")]
    Empty,
    /// A number that cannot be divided by, or none at all.
    #[error("`{number}` cannot be the {field} of a normalization")]
    Number {
        /// The number.
        number: f32,
        /// What it was to be.
        field: &'static str,
    },
}

impl PresetChanges {
    /// `preset` with these changes, under its old name.
    ///
    /// # Errors
    /// [`PresetChangeError`] when they contradict each other or the preset.
    ///
    /// # Examples
    /// ```
    /// use preprocess::{Preset, PresetChanges};
    ///
    /// let changes = PresetChanges { squash: Some((320, 240)), ..PresetChanges::default() };
    /// let preset = changes.apply(Preset::named("torchvision")?)?;
    /// assert_eq!(preset.output_size(), (320, 240));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&self, mut preset: Preset) -> Result<Preset, PresetChangeError> {
        preset.resize = self.resize(&preset)?;
        preset.filter = self.filter.unwrap_or(preset.filter);
        let exif_orientation = &mut preset.decoding.exif_orientation;
        *exif_orientation = self.exif_orientation.unwrap_or(*exif_orientation);
        let normalization = &mut preset.normalization;
        normalization.channels = self.channels.unwrap_or(normalization.channels);
        normalization.scale = self.scale.unwrap_or(normalization.scale);
        normalization.mean = self.mean.unwrap_or(normalization.mean);
        normalization.std = self.std.unwrap_or(normalization.std);
        check_numbers("scale", &[normalization.scale], |scale| scale > 0.0)?;
        check_numbers("mean", &normalization.mean, |_| true)?;
        check_numbers("deviation", &normalization.std, |std| std > 0.0)?;
        Ok(preset)
    }

    fn resize(&self, preset: &Preset) -> Result<Resize, PresetChangeError> {
        let (old_length, old_crop) = match preset.resize {
            Resize::Squash { .. } => (None, None),
            Resize::ShorterSide { length, crop_width, crop_height } => {
                (Some(length), Some((crop_width, crop_height)))
            }
        };
        let half = |missing| PresetChangeError::Half { preset: preset.name.clone(), missing };
        let resize = match (self.squash, self.shorter_side, self.crop) {
            (None, None, None) => preset.resize,
            (Some((width, height)), None, None) => Resize::Squash { width, height },
            (Some(_), _, _) => return Err(PresetChangeError::SquashAndCrop),
            (None, length, crop) => {
                let length = length.or(old_length).ok_or_else(|| half("shorter side"))?;
                let (crop_width, crop_height) = crop.or(old_crop).ok_or_else(|| half("crop"))?;
                Resize::ShorterSide { length, crop_width, crop_height }
            }
        };
        check_sizes(resize)?;
        Ok(resize)
    }
}

fn check_sizes(resize: Resize) -> Result<(), PresetChangeError> {
    match resize {
        Resize::Squash { width: 0, .. }
        | Resize::Squash { height: 0, .. }
        | Resize::ShorterSide { crop_width: 0, .. }
        | Resize::ShorterSide { crop_height: 0, .. } => Err(PresetChangeError::Empty),
        Resize::ShorterSide { length, crop_width: width, crop_height: height }
            if width.max(height) > length =>
        {
            Err(PresetChangeError::CropTooLarge { width, height, length })
        }
        _ => Ok(()),
    }
}

fn check_numbers(
    field: &'static str,
    numbers: &[f32],
    fits: fn(f32) -> bool,
) -> Result<(), PresetChangeError> {
    match numbers.iter().find(|number| !number.is_finite() || !fits(**number)) {
        Some(&number) => Err(PresetChangeError::Number { number, field }),
        None => Ok(()),
    }
}
