//! How a part of an image becomes an input of the network.

use std::ops::Range;

use schema::Resize;

use super::error::ViewsError;
use crate::crop::{center, shorter_side_size};
use crate::layout::Layout;
use crate::preset::Preset;

/// How a part of an image becomes an input of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// As the preset says.
    Preset,
    /// The preset's resize, then its crop at this place.
    Crop(Place),
    /// Its shorter side to this length, all of it.
    ShorterSide(u32),
}

/// Where a crop lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
    Center,
    /// The center of the mirrored image: a pixel beside the center where one is left over.
    CenterOfMirror,
}

impl Place {
    /// The order of torchvision's `FiveCrop`.
    pub(super) const FIVE: [Self; 5] =
        [Self::TopLeft, Self::TopRight, Self::BottomLeft, Self::BottomRight, Self::Center];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::TopLeft => "top-left",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomRight => "bottom-right",
            Self::Center | Self::CenterOfMirror => "center",
        }
    }

    /// What lies here in the mirrored image.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::TopLeft => Self::TopRight,
            Self::TopRight => Self::TopLeft,
            Self::BottomLeft => Self::BottomRight,
            Self::BottomRight => Self::BottomLeft,
            Self::Center => Self::CenterOfMirror,
            Self::CenterOfMirror => Self::Center,
        }
    }

    /// `length` of `size` columns, at most all.
    pub(super) fn columns(self, size: u32, length: u32) -> Range<u32> {
        match self {
            Self::TopLeft | Self::BottomLeft => 0..length,
            Self::TopRight | Self::BottomRight => size - length..size,
            Self::Center => center(size, length),
            Self::CenterOfMirror => {
                let Range { start, end } = center(size, length);
                size - end..size - start
            }
        }
    }

    /// `length` of `size` rows, at most all.
    pub(super) fn rows(self, size: u32, length: u32) -> Range<u32> {
        match self {
            Self::TopLeft | Self::TopRight => 0..length,
            Self::BottomLeft | Self::BottomRight => size - length..size,
            Self::Center | Self::CenterOfMirror => center(size, length),
        }
    }
}

impl Frame {
    /// What becomes of a part of `width` x `height`.
    ///
    /// # Errors
    /// [`ViewsError::NoCrop`] for a crop with a preset that has none.
    pub(super) fn layout(
        self,
        width: u32,
        height: u32,
        preset: &Preset,
    ) -> Result<Layout, ViewsError> {
        match (self, preset.resize) {
            (Self::Preset, resize) => Ok(Layout::of(resize, width, height)),
            (Self::ShorterSide(length), _) => {
                let (width, height) = shorter_side_size(width, height, length);
                Ok(Layout::whole(width, height))
            }
            (Self::Crop(place), Resize::ShorterSide { length, crop_width, crop_height }) => {
                let size = shorter_side_size(width, height, length);
                let columns = place.columns(size.0, crop_width);
                Ok(Layout { size, columns, rows: place.rows(size.1, crop_height) })
            }
            (Self::Crop(_), Resize::Squash { .. }) => {
                Err(ViewsError::NoCrop { preset: preset.name.clone() })
            }
        }
    }
}
