//! Why there are no such views.

use thiserror::Error;

use super::choose::Views;

/// Why views cannot be taken, of any image or of one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ViewsError {
    /// Not the name of views.
    #[error(
        "unknown views `{text}`\nhint: write one of center, flip, ten-crop, razavian16[:ANGLE], patches[:LEVELS], scales:N,N,..."
    )]
    Unknown {
        /// What was written.
        text: String,
    },
    /// An angle that is none, or too large.
    #[error(
        "`{text}` is no angle to turn images by\nhint: write degrees, more than 0 and at most 45, as in `razavian16:10`"
    )]
    Angle {
        /// What stands after the colon.
        text: String,
    },
    /// A number of levels that is none, or too large.
    #[error(
        "`{text}` is no number of levels\nhint: write a number from 1 to {}, as in `patches:4`",
        Views::MAX_LEVELS
    )]
    Levels {
        /// What stands after the colon.
        text: String,
    },
    /// Sizes that are none, or too large, or twice the same.
    #[error(
        "`{text}` are no shorter sides of images\nhint: write numbers of pixels from 1 to {}, each once, as in `scales:256,384`",
        Views::MAX_SCALE
    )]
    Scales {
        /// What stands after the colon.
        text: String,
    },
    /// Ten crops of an image that is not cropped.
    #[error(
        "the preset `{preset}` squashes images: there is nothing that ten crops could be taken of"
    )]
    NoCrop {
        /// The preset's name.
        preset: String,
    },
    /// Two answers to how images are resized.
    #[error("the views `scales` say how images are resized")]
    TwoSizes,
    /// A view that would take too much memory.
    #[error("the view `{view}` would have {width}x{height} pixels, more than the limit of {limit}")]
    TooLarge {
        /// The view's name.
        view: String,
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// The most pixels.
        limit: u64,
    },
}
