//! Presets in words.

use std::fmt;

use crate::decode::ExifOrientation;
use crate::preset::Preset;

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
