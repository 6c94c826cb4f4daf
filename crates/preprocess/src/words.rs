//! Presets in words.

use std::fmt;

use crate::decode::ExifOrientation;
use crate::normalization::{ChannelOrder, Normalization};
use crate::preset::{Preset, Resize};

impl fmt::Display for Preset {
    /// What happens to an image, from its file to the numbers: `squashed to 224x224, bilinear, BGR minus 103.939,
    /// 116.779, 123.68`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.decoding.exif_orientation == ExifOrientation::Applied {
            f.write_str("turned upright, ")?;
        }
        let filter = format!("{:?}", self.filter).to_lowercase();
        write!(f, "{}, {filter}, {}", self.resize, self.normalization)
    }
}

impl fmt::Display for Resize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Squash { width, height } => write!(f, "squashed to {width}x{height}"),
            Self::ShorterSide { length, crop_width, crop_height } => {
                write!(f, "shorter side to {length}, middle {crop_width}x{crop_height}")
            }
        }
    }
}

impl fmt::Display for Normalization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { channels, scale, mean, std } = self;
        f.write_str(match channels {
            ChannelOrder::Rgb => "RGB",
            ChannelOrder::Bgr => "BGR",
        })?;
        if *scale != 1.0 {
            write!(f, " divided by {scale}")?;
        }
        if *mean != [0.0; 3] {
            write!(f, " minus {}", Three(*mean))?;
        }
        if *std != [1.0; 3] {
            write!(f, " divided by {}", Three(*std))?;
        }
        Ok(())
    }
}

/// A number for each channel, or one for all.
struct Three([f32; 3]);

impl fmt::Display for Three {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.0;
        if a == b && b == c { write!(f, "{a}") } else { write!(f, "{a}, {b}, {c}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_told_in_words() {
        for (name, words) in [
            ("keras", "squashed to 224x224, bilinear, BGR minus 103.939, 116.779, 123.68"),
            ("keras-nearest", "squashed to 224x224, nearest, BGR minus 103.939, 116.779, 123.68"),
            (
                "torchvision",
                "shorter side to 256, middle 224x224, bilinear, RGB divided by 255 minus 0.485, 0.456, 0.406 \
                 divided by 0.229, 0.224, 0.225",
            ),
            (
                "efficientnet-lite0",
                "shorter side to 256, middle 224x224, bicubic, RGB minus 127 divided by 128",
            ),
        ] {
            assert_eq!(Preset::named(name).unwrap().to_string(), words);
        }
        let mut turned = Preset::named("keras").unwrap();
        turned.decoding.exif_orientation = ExifOrientation::Applied;
        turned.normalization.mean = [0.0; 3];
        assert_eq!(turned.to_string(), "turned upright, squashed to 224x224, bilinear, BGR");
    }
}
