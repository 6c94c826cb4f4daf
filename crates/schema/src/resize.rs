//! How an image of any size becomes one of fixed size.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an image of any size becomes one of fixed size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resize {
    /// To this size; the aspect ratio is not kept.
    Squash {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Scaled until the shorter side has the given length, then the middle is cropped, both
    /// with torchvision's rounding.
    ShorterSide {
        /// Length of the shorter side in pixels.
        length: u32,
        /// Width of the crop in pixels, at most `length`.
        crop_width: u32,
        /// Height of the crop in pixels, at most `length`.
        crop_height: u32,
    },
}

impl Resize {
    /// Width and height in pixels of what comes out.
    pub fn output_size(self) -> (u32, u32) {
        match self {
            Self::Squash { width, height } => (width, height),
            Self::ShorterSide { crop_width, crop_height, .. } => (crop_width, crop_height),
        }
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
