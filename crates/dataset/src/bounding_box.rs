//! Boxes around what an image is labelled for.

use std::fmt;
use std::str::FromStr;

/// A box in pixels of the stored image: its top left corner and its size. It may reach beyond the
/// image, which whoever crops has to cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
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

    /// The box of the same center whose sides are longer by a factor.
    #[must_use]
    pub fn enlarged(self, Enlargement(factor): Enlargement) -> Self {
        let (width, height) = (self.width * factor, self.height * factor);
        let x = self.x - (width - self.width) / 2.0;
        let y = self.y - (height - self.height) / 2.0;
        Self { x, y, width, height }
    }
}

/// How much longer the sides of a box become. "Enlarged by 150 %" can be read in two ways, and both
/// can be written: `1.5` multiplies the sides, `+150%` adds to them (which is `2.5`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Enlargement(f32);

impl Enlargement {
    /// What [`from_str`](Self::from_str) takes, in words.
    pub(crate) const EXPECTED: &str =
        "a factor for the sides such as `1.5`, or a surplus such as `+150%`";
}

impl Default for Enlargement {
    /// Boxes as they are.
    fn default() -> Self {
        Self(1.0)
    }
}

impl FromStr for Enlargement {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let surplus = text.strip_prefix('+').and_then(|text| text.strip_suffix('%'));
        let factor = match surplus {
            Some(percent) => 1.0 + percent.parse::<f32>().map_err(|_| ())? / 100.0,
            None => text.parse().map_err(|_| ())?,
        };
        (1.0..=100.0).contains(&factor).then_some(Self(factor)).ok_or(())
    }
}

impl fmt::Display for Enlargement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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

    #[test]
    fn both_readings_of_150_percent_keep_the_center() {
        let boxed = BoundingBox::from_size([10.0, 20.0, 40.0, 8.0]).unwrap();
        let by = |text: &str| boxed.enlarged(text.parse().unwrap()).to_array();
        assert_eq!(by("1.5"), [0.0, 18.0, 60.0, 12.0]);
        assert_eq!(by("+150%"), [-20.0, 14.0, 100.0, 20.0]);
        assert_eq!(by("+0%"), boxed.to_array());
        for odd in ["", "0.5", "150%", "+x%", "NaN", "-1", "101"] {
            assert_eq!(odd.parse::<Enlargement>(), Err(()), "{odd}");
        }
    }
}
