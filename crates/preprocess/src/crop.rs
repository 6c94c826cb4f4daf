//! Sizes and crops as torchvision computes them.

use std::ops::Range;

/// The size that torchvision's `Resize(shorter_side)` gives: the shorter side exactly, the
/// longer one `int(shorter_side * long / short)` (`u32::MAX` where that is more).
pub(crate) fn shorter_side_size(width: u32, height: u32, shorter_side: u32) -> (u32, u32) {
    let (short, long) = (width.min(height), width.max(height));
    let scaled = u64::from(shorter_side) * u64::from(long) / u64::from(short);
    let scaled = u32::try_from(scaled).unwrap_or(u32::MAX);
    if width <= height { (shorter_side, scaled) } else { (scaled, shorter_side) }
}

/// The middle `length` of `size` pixels: torchvision's `CenterCrop` along one axis.
///
/// # Panics
/// If `length` is larger than `size`.
pub(crate) fn center(size: u32, length: u32) -> Range<u32> {
    assert!(length <= size, "a crop of {length} pixels does not fit into {size}");
    let start = half_to_even(size - length);
    start..start + length
}

/// `round(n / 2)` with Python's rule: a half goes to the even neighbor.
fn half_to_even(n: u32) -> u32 {
    let half = n / 2;
    half + (n & half & 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_as_in_python() {
        // [round(n / 2) for n in range(9)]
        let rounded: Vec<u32> = (0..9).map(half_to_even).collect();
        assert_eq!(rounded, [0, 0, 1, 2, 2, 2, 3, 4, 4]);
    }

    #[test]
    fn the_longer_side_is_cut_off_not_rounded() {
        // torchvision.transforms.functional._compute_resized_output_size((h, w), [256])
        assert_eq!(shorter_side_size(500, 375, 256), (341, 256));
        assert_eq!(shorter_side_size(375, 500, 256), (256, 341));
        assert_eq!(shorter_side_size(100, 100, 256), (256, 256));
        assert_eq!(shorter_side_size(3, 2, 256), (384, 256));
        assert_eq!(shorter_side_size(1, 1000, 256), (256, 256_000));
        assert_eq!(shorter_side_size(1, 20_000_000, 256), (256, u32::MAX));
    }

    #[test]
    fn the_crop_lies_in_the_middle() {
        assert_eq!(center(256, 224), 16..240);
        assert_eq!(center(341, 224), 58..282);
        assert_eq!(center(343, 224), 60..284);
        assert_eq!(center(224, 224), 0..224);
    }

    #[test]
    #[should_panic(expected = "a crop of 6 pixels does not fit into 5")]
    fn a_crop_larger_than_the_image_panics() {
        center(5, 6);
    }
}
