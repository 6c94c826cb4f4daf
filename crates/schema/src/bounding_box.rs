//! Boxes around what an image is labelled for.

use serde::{Deserialize, Serialize};

/// A box in pixels of the stored image: its top left corner and its size, in files `[x, y, width, height]`.
/// It may reach beyond the image; what crops it cuts that off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f32; 4]", try_from = "[f32; 4]")]
pub struct BoundingBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width, above zero.
    pub width: f32,
    /// Height, above zero.
    pub height: f32,
}

impl BoundingBox {
    /// The box of this corner and size; `None` when a number is not finite or a side is not above
    /// zero.
    pub fn from_size([x, y, width, height]: [f32; 4]) -> Option<Self> {
        let is_box = [x, y, width, height].iter().all(|number| number.is_finite());
        (is_box && width > 0.0 && height > 0.0).then_some(Self { x, y, width, height })
    }

    /// The box between the top left corner `x1`, `y1` and the bottom right corner `x2`, `y2`; `None`
    /// as for [`from_size`](Self::from_size).
    pub fn from_corners([x1, y1, x2, y2]: [f32; 4]) -> Option<Self> {
        Self::from_size([x1, y1, x2 - x1, y2 - y1])
    }

    /// `[x, y, width, height]`.
    pub fn to_array(self) -> [f32; 4] {
        [self.x, self.y, self.width, self.height]
    }
}

impl From<BoundingBox> for [f32; 4] {
    fn from(bounding_box: BoundingBox) -> Self {
        bounding_box.to_array()
    }
}

impl TryFrom<[f32; 4]> for BoundingBox {
    type Error = &'static str;

    fn try_from(numbers: [f32; 4]) -> Result<Self, Self::Error> {
        Self::from_size(numbers).ok_or("a box has finite numbers and sides above zero")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_not_sizes() {
        let corners = BoundingBox::from_corners([136.5, 34.0, 648.5, 955.0]).unwrap();
        assert_eq!(corners.to_array(), [136.5, 34.0, 512.0, 921.0]);
        assert_eq!(BoundingBox::from_corners([10.0, 10.0, 10.0, 20.0]), None);
        assert_eq!(BoundingBox::from_size([1.0, 1.0, f32::NAN, 2.0]), None);
    }
}
