//! Presets that were written down and are to be used again.

use thiserror::Error;

use crate::decode::Decoding;
use crate::preset::Preset;
use crate::preset_changes::{PresetChangeError, PresetChanges};
use crate::resample;

/// The longest side of what goes into a network, in pixels.
pub const MAX_INPUT_SIDE: u32 = 8192;

/// Why this version makes no pixels by a preset that was written down.
#[derive(Debug, Error, PartialEq)]
pub enum RecordedPresetError {
    /// Files were decoded or resized in another way.
    #[error("images were read by `{found}`, and this version reads them by `{here}`")]
    OtherReader {
        /// Decoder and resampler of the preset.
        found: String,
        /// Those of this version.
        here: String,
    },
    /// It contradicts itself.
    #[error(transparent)]
    Odd(#[from] PresetChangeError),
    /// Its pixels are too many.
    #[error(
        "images of {width}x{height} pixels, of which no side may have more than {MAX_INPUT_SIDE}"
    )]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

impl Preset {
    /// The same preset, when this version makes the pixels that it made when it was written down.
    ///
    /// # Errors
    /// [`RecordedPresetError`].
    ///
    /// # Examples
    /// ```
    /// use preprocess::Preset;
    ///
    /// let mut preset = Preset::named("keras")?;
    /// assert_eq!(preset.clone().recorded(), Ok(preset.clone()));
    /// preset.decoding.decoder.push_str(" of tomorrow");
    /// assert!(preset.recorded().is_err());
    /// # Ok::<(), preprocess::UnknownPreset>(())
    /// ```
    pub fn recorded(self) -> Result<Self, RecordedPresetError> {
        let exif_orientation = self.decoding.exif_orientation;
        let here = Decoding { exif_orientation, ..Decoding::current() };
        if (&self.decoding, self.resampler.as_str()) != (&here, resample::EQUALS) {
            let reader = |decoding: &Decoding, resampler: &str| {
                let Decoding { decoder, alpha, sixteen_bit, .. } = decoding;
                format!("{decoder}; alpha: {alpha}; 16 bits: {sixteen_bit}; {resampler}")
            };
            let found = reader(&self.decoding, &self.resampler);
            return Err(RecordedPresetError::OtherReader {
                found,
                here: reader(&here, resample::EQUALS),
            });
        }
        let preset = PresetChanges::default().apply(self)?;
        let (width, height) = preset.largest_size();
        if width.max(height) > MAX_INPUT_SIDE {
            return Err(RecordedPresetError::TooLarge { width, height });
        }
        Ok(preset)
    }
}

#[cfg(test)]
mod tests {
    use schema::Resize;

    use super::*;

    #[test]
    fn what_would_take_all_memory_or_divide_by_nothing_is_refused() {
        let preset = Preset::named("torchvision").unwrap();
        let resize = |length, crop_width, crop_height| {
            let resize = Resize::ShorterSide { length, crop_width, crop_height };
            Preset { resize, ..preset.clone() }.recorded()
        };
        assert!(resize(8192, 224, 224).is_ok());
        let too_large = RecordedPresetError::TooLarge { width: 8193, height: 8193 };
        assert_eq!(resize(8193, 224, 224), Err(too_large));
        assert!(matches!(resize(256, 0, 224), Err(RecordedPresetError::Odd(_))));
        assert!(matches!(resize(256, 257, 224), Err(RecordedPresetError::Odd(_))));
        let mut of_tomorrow = preset.clone();
        of_tomorrow.decoding.decoder = "tomorrow's".to_owned();
        let message = of_tomorrow.recorded().unwrap_err().to_string();
        assert!(message.starts_with("images were read by `tomorrow's; alpha: "), "{message}");
        assert!(message.contains("and this version reads them by `"), "{message}");
        let mut odd = preset;
        odd.normalization.std[1] = 0.0;
        assert!(matches!(odd.recorded(), Err(RecordedPresetError::Odd(_))));
    }
}
