//! What becomes of an image's sides.

use std::ops::Range;

use schema::Resize;

use crate::crop::{center, shorter_side_size};

/// The size that an image is resized to, and what is kept of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Width and height in pixels after the resize.
    pub(crate) size: (u32, u32),
    /// The columns that are kept.
    pub(crate) columns: Range<u32>,
    /// The rows that are kept.
    pub(crate) rows: Range<u32>,
}

impl Layout {
    /// All of an image that is resized to `width` x `height`.
    pub(crate) fn whole(width: u32, height: u32) -> Self {
        Self { size: (width, height), columns: 0..width, rows: 0..height }
    }

    /// An image of `width` x `height` as `resize` has it.
    ///
    /// # Panics
    /// If the crop is larger than the shorter side.
    pub(crate) fn of(resize: Resize, width: u32, height: u32) -> Self {
        match resize {
            Resize::Squash { width, height } => Self::whole(width, height),
            Resize::ShorterSide { length, crop_width, crop_height } => {
                let size = shorter_side_size(width, height, length);
                let (columns, rows) = (center(size.0, crop_width), center(size.1, crop_height));
                Self { size, columns, rows }
            }
        }
    }
}
