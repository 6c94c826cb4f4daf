//! How much larger boxes are made.

use std::fmt;
use std::str::FromStr;

use schema::BoundingBox;

/// How much longer the sides of a box become. "Enlarged by 150 %" can be read in two ways, and both
/// can be written: `1.5` multiplies the sides, `+150%` adds to them (which is `2.5`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Enlargement(f32);

impl Enlargement {
    /// What [`from_str`](Self::from_str) takes, in words.
    pub(crate) const EXPECTED: &str =
        "a factor for the sides such as `1.5`, or a surplus such as `+150%`";

    /// The box of the same center whose sides are longer by the factor; `None` when its numbers are too
    /// large.
    pub(crate) fn of(self, bounding_box: BoundingBox) -> Option<BoundingBox> {
        let (width, height) = (bounding_box.width * self.0, bounding_box.height * self.0);
        let x = bounding_box.x - (width - bounding_box.width) / 2.0;
        let y = bounding_box.y - (height - bounding_box.height) / 2.0;
        BoundingBox::from_size([x, y, width, height])
    }
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
    fn both_readings_of_150_percent_keep_the_center() {
        let boxed = BoundingBox::from_size([10.0, 20.0, 40.0, 8.0]).unwrap();
        let by = |text: &str| text.parse::<Enlargement>().unwrap().of(boxed).unwrap().to_array();
        assert_eq!(by("1.5"), [0.0, 18.0, 60.0, 12.0]);
        assert_eq!(by("+150%"), [-20.0, 14.0, 100.0, 20.0]);
        assert_eq!(by("+0%"), boxed.to_array());
        let largest = BoundingBox::from_size([0.0, 0.0, f32::MAX, 1.0]).unwrap();
        assert_eq!("1.5".parse::<Enlargement>().unwrap().of(largest), None);
        for odd in ["", "0.5", "150%", "+x%", "NaN", "-1", "101"] {
            assert_eq!(odd.parse::<Enlargement>(), Err(()), "{odd}");
        }
    }
}
