//! Parts of images, in pixels.

use super::frame::Place;
use super::rotate::Rotation;

/// Columns and rows, which may reach beyond the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The first column.
    pub(super) left: i64,
    /// The first row.
    pub(super) top: i64,
    /// Number of columns, at least one.
    pub(super) width: u32,
    /// Number of rows, at least one.
    pub(super) height: u32,
}

/// A window of an image that is turned about its center.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) window: Window,
    /// The angle, counterclockwise.
    pub(super) degrees: f64,
}

impl Part {
    /// All of an image of `width` x `height`.
    pub(super) fn whole(width: u32, height: u32) -> Self {
        Self { window: Window { left: 0, top: 0, width, height }, degrees: 0.0 }
    }

    /// 2/3 of each side, rounded to the nearest pixel.
    pub(super) fn two_thirds(width: u32, height: u32, place: Place) -> Self {
        let columns = place.columns(width, nearest_two_thirds(width));
        let rows = place.rows(height, nearest_two_thirds(height));
        let (left, top) = (i64::from(columns.start), i64::from(rows.start));
        let (width, height) = (columns.end - columns.start, rows.end - rows.start);
        Self { window: Window { left, top, width, height }, degrees: 0.0 }
    }

    /// The largest part of the turned image that has its center, its proportions and no empty corner:
    /// with the scale `s = min(w / (w cos a + h sin a), h / (w sin a + h cos a))`, all but a margin of
    /// `(1 - s) / 2` of each side, which is rounded up to whole pixels (but leaves at least one).
    pub(super) fn turned(width: u32, height: u32, degrees: f64) -> Self {
        let (cos, sin) = Rotation::cos_sin(degrees.abs());
        let (w, h) = (f64::from(width), f64::from(height));
        let scale = (w / (w * cos + h * sin)).min(h / (w * sin + h * cos));
        let margin = |side: u32| {
            let margin = (f64::from(side) * (1.0 - scale) / 2.0).ceil() as u32;
            margin.min((side - 1) / 2)
        };
        let (left, top) = (margin(width), margin(height));
        let (width, height) = (width - 2 * left, height - 2 * top);
        Self { window: Window { left: left.into(), top: top.into(), width, height }, degrees }
    }

    /// The smallest square around the patch in `row` and `column` of a level: in the image as far as
    /// it fits, centered on the patch as far as that lets it.
    pub(super) fn square(width: u32, height: u32, level: u32, row: u32, column: u32) -> Self {
        let (left, patch_width) = patch(width, level, column);
        let (top, patch_height) = patch(height, level, row);
        let side = patch_width.max(patch_height);
        let left = around(left, patch_width, side, width);
        let top = around(top, patch_height, side, height);
        let side = u32::try_from(side).expect("no patch is larger than the image");
        Self { window: Window { left, top, width: side, height: side }, degrees: 0.0 }
    }
}

/// `2 n / 3`, which lies never halfway between two numbers.
fn nearest_two_thirds(n: u32) -> u32 {
    let rounded = (2 * u64::from(n) + 1) / 3;
    u32::try_from(rounded).expect("at most n")
}

/// Start and length of patch `number` of `level` along a side of `size` pixels: `2 / (level + 1)` of it,
/// rounded up, from `number / (level + 1)` of it on, rounded down. The last one ends where the image
/// does.
fn patch(size: u32, level: u32, number: u32) -> (i64, i64) {
    let (size, parts) = (u64::from(size), u64::from(level) + 1);
    let (start, length) = (u64::from(number) * size / parts, (2 * size).div_ceil(parts));
    let signed = |n: u64| i64::try_from(n).expect("at most the size");
    (signed(start), signed(length))
}

/// Where `side` pixels start whose middle is that of the patch; half a pixel goes to the right. Moved into
/// the image where they fit, and centered on it where they do not.
fn around(start: i64, length: i64, side: i64, size: u32) -> i64 {
    let size = i64::from(size);
    if side <= size {
        (start - (side - length) / 2).clamp(0, size - side)
    } else {
        (size - side).div_euclid(2)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side() -> impl Strategy<Value = u32> {
        prop_oneof![1..=12_u32, 1..=3000_u32]
    }

    fn holds(window: Window, outer: (i64, i64, i64, i64)) -> bool {
        let (left, top, width, height) = outer;
        let (right, bottom) =
            (window.left + i64::from(window.width), window.top + i64::from(window.height));
        window.left <= left && window.top <= top && right >= left + width && bottom >= top + height
    }

    proptest! {
        #[test]
        fn sub_windows_have_four_ninths_of_the_area(width in 3..=3000_u32, height in 3..=3000_u32) {
            for place in Place::FIVE {
                let Part { window, .. } = Part::two_thirds(width, height, place);
                for (part, all) in [(window.width, width), (window.height, height)] {
                    prop_assert!((f64::from(part) - 2.0 / 3.0 * f64::from(all)).abs() <= 1.0 / 3.0 + 1e-9);
                }
                prop_assert!(holds(Part::whole(width, height).window, (
                    window.left,
                    window.top,
                    window.width.into(),
                    window.height.into(),
                )));
            }
        }

        #[test]
        fn patches_of_a_level_are_equal_overlap_by_half_and_cover_the_side(
            size in side(),
            level in 1..=8_u32,
        ) {
            let patches: Vec<_> = (0..level).map(|number| patch(size, level, number)).collect();
            prop_assert!(patches.iter().all(|&(_, length)| length == patches[0].1));
            prop_assert_eq!(patches[0].0, 0);
            prop_assert_eq!(patches[patches.len() - 1].0 + patches[0].1, i64::from(size));
            for pair in patches.windows(2) {
                prop_assert!(pair[1].0 <= pair[0].0 + pair[0].1, "no gap");
                let step = (pair[1].0 - pair[0].0) as f64;
                prop_assert!((step - patches[0].1 as f64 / 2.0).abs() <= 1.5);
            }
        }

        #[test]
        fn squares_hold_their_patches_and_leave_the_image_only_where_they_are_larger(
            width in side(),
            height in side(),
            level in 1..=6_u32,
        ) {
            for row in 0..level {
                for column in 0..level {
                    let (left, patch_width) = patch(width, level, column);
                    let (top, patch_height) = patch(height, level, row);
                    let Window { left: l, top: t, width: w, height: h } =
                        Part::square(width, height, level, row, column).window;
                    prop_assert_eq!((w, i64::from(w)), (h, patch_width.max(patch_height)));
                    let square = Window { left: l, top: t, width: w, height: h };
                    prop_assert!(holds(square, (left, top, patch_width, patch_height)));
                    for (start, size) in [(l, width), (t, height)] {
                        let end = start + i64::from(w);
                        if w <= size {
                            prop_assert!(start >= 0 && end <= i64::from(size));
                        } else {
                            let (before, after) = (-start, end - i64::from(size));
                            prop_assert!((0..=1).contains(&(before - after)), "{before} {after}");
                        }
                    }
                }
            }
        }

        #[test]
        fn turned_windows_have_no_empty_corner(
            width in 300..=3000_u32,
            height in 300..=3000_u32,
            degrees in 0.01..=45.0_f64,
        ) {
            for degrees in [degrees, -degrees] {
                let Part { window, .. } = Part::turned(width, height, degrees);
                let rotation = Rotation::new(width, height, degrees);
                let (left, top) = (window.left as f64, window.top as f64);
                let (right, bottom) = (left + f64::from(window.width), top + f64::from(window.height));
                for (x, y) in [(left, top), (right, top), (left, bottom), (right, bottom)] {
                    let [x, y] = rotation.source(x, y);
                    let inside = |at: f64, size: u32| (-1e-9..=f64::from(size) + 1e-9).contains(&at);
                    prop_assert!(inside(x, width) && inside(y, height), "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_level_of_one_patch_is_the_image() {
        let Window { left, top, width, height } = Part::square(300, 201, 1, 0, 0).window;
        assert_eq!((left, top, width, height), (0, -50, 300, 300));
        let Window { left, top, width, height } = Part::square(4, 7, 1, 0, 0).window;
        assert_eq!((left, top, width, height), (-2, 0, 7, 7));
    }

    #[test]
    fn the_smallest_images_have_all_parts() {
        for (width, height) in [(1, 1), (1, 2), (2, 1), (2, 2), (1, 500)] {
            for place in Place::FIVE {
                let Window { width, height, .. } = Part::two_thirds(width, height, place).window;
                assert!(width >= 1 && height >= 1);
            }
            let Window { width, height, .. } = Part::turned(width, height, 45.0).window;
            assert!(width >= 1 && height >= 1);
        }
    }
}
