//! Resampling, byte for byte as `Image.resize` of Pillow 13.0 does it for RGB.

use std::ops::Range;

use simd::Level;

use crate::axis::Axis;
use crate::filter::Filter;
use crate::passes::{horizontal, vertical};
use crate::rgb::Rgb;

/// Whose resampling this is, for the provenance of what is computed from its results.
pub(crate) const EQUALS: &str = "Pillow 13.0";

/// A rectangle of an image in pixels, not necessarily on pixel borders.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Distance of its left side from the left of the image.
    pub left: f32,
    /// Distance of its upper side from the top of the image.
    pub top: f32,
    /// Distance of its right side from the left of the image.
    pub right: f32,
    /// Distance of its lower side from the top of the image.
    pub bottom: f32,
}

/// Resamples the whole image to `width` x `height`: Pillow's `resize((width, height), filter)`.
///
/// Pillow before 13.0 gives other roundings where an image loses more than twice as many rows as
/// columns: it always resampled along the rows first.
///
/// # Panics
/// If the size is zero, or `image` is not as [`Rgb`] says.
///
/// # Examples
/// ```
/// use preprocess::{Filter, Rgb, resample};
///
/// let image = Rgb { width: 2, height: 1, pixels: vec![0, 0, 0, 200, 100, 50] };
/// assert_eq!(resample(&image, 1, 1, Filter::Box).pixels, [100, 50, 25]);
/// ```
pub fn resample(image: &Rgb, width: u32, height: u32, filter: Filter) -> Rgb {
    resample_part(image, (width, height), 0..width, 0..height, filter)
}

/// Resamples a region of the image to `width` x `height`: Pillow's
/// `resize((width, height), filter, box)`. Pixels around the region contribute where the filter
/// reaches them.
///
/// # Panics
/// If the size is zero, the region is empty or not within the image, or `image` is not as
/// [`Rgb`] says.
pub fn resample_region(
    image: &Rgb,
    region: Region,
    width: u32,
    height: u32,
    filter: Filter,
) -> Rgb {
    let Region { left, top, right, bottom } = region;
    let inside = |from: f32, to: f32, size: u32| 0.0 <= from && from < to && to <= size as f32;
    assert!(
        inside(left, right, image.width) && inside(top, bottom, image.height),
        "{region:?} is not within an image of {}x{}",
        image.width,
        image.height
    );
    let axis =
        |in_size, start, end, out_size| Axis { in_size, start, end, out_size, wanted: 0..out_size };
    let columns = axis(image.width, left, right, width);
    let rows = axis(image.height, top, bottom, height);
    resample_axes(Level::detected(), image, &columns, &rows, filter)
}

/// The given columns and rows of what `resample` to `size` gives; nothing else is computed, so
/// that the memory depends on the part alone.
pub(crate) fn resample_part(
    image: &Rgb,
    size: (u32, u32),
    columns: Range<u32>,
    rows: Range<u32>,
    filter: Filter,
) -> Rgb {
    let axis = |in_size: u32, out_size, wanted| {
        let (start, end) = (0.0, in_size as f32);
        Axis { in_size, start, end, out_size, wanted }
    };
    let columns = axis(image.width, size.0, columns);
    let rows = axis(image.height, size.1, rows);
    resample_axes(Level::detected(), image, &columns, &rows, filter)
}

fn resample_axes(level: Level, image: &Rgb, columns: &Axis, rows: &Axis, filter: Filter) -> Rgb {
    image.assert_valid();
    assert!(
        !columns.wanted.is_empty() && !rows.wanted.is_empty(),
        "the result has at least one pixel"
    );
    let Some(kernel) = filter.kernel() else {
        return nearest(image, &columns.nearest(), &rows.nearest());
    };
    // The second pass rounds what the first has rounded, so their order shows in the result.
    let vertical_first = vertical_first(image, columns.out_size, rows.out_size);
    let (columns, rows) = (columns.windows(&kernel), rows.windows(&kernel));
    // The first pass makes only what the second one reads.
    if vertical_first {
        let used = columns.all();
        let image = vertical(level, image, used.clone(), 0, &rows);
        horizontal(level, &image, 0..rows.len(), &columns.shifted(used.start))
    } else {
        let used = rows.all();
        let image = horizontal(level, image, used.clone(), &columns);
        vertical(level, &image, 0..columns.len(), used.start, &rows)
    }
}

/// Which pass Pillow makes first: since version 13.0 the vertical one where it takes away more
/// than twice as many rows as the horizontal one does columns; before that, never.
///
/// Pillow leaves a pass out that keeps the size. Its weights would be one for the pixel itself
/// and nothing for its neighbors, so making it gives the same bytes.
fn vertical_first(image: &Rgb, width: u32, height: u32) -> bool {
    let rows_less = i64::from(image.height) - i64::from(height);
    let columns_less = i64::from(image.width) - i64::from(width);
    rows_less > 0 && rows_less > 2 * columns_less
}

/// The image made of the given columns and rows.
fn nearest(image: &Rgb, columns: &[usize], rows: &[usize]) -> Rgb {
    let mut pixels = Vec::with_capacity(rows.len() * columns.len() * 3);
    for &y in rows {
        let row = image.row(y);
        for x in columns {
            pixels.extend_from_slice(&row[x * 3..][..3]);
        }
    }
    Rgb { width: columns.len() as u32, height: rows.len() as u32, pixels }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noise(width: u32, height: u32) -> Rgb {
        let mut state = 0_u32;
        let pixels = (0..width * height * 3).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        Rgb { width, height, pixels: pixels.collect() }
    }

    /// Part of an axis: the sizes, the resampled extent, and the part that is computed.
    fn axis() -> impl Strategy<Value = Axis> {
        let fraction = || 0.0..1.0_f32;
        (1..=90_u32, 1..=90_u32, fraction(), 0.01..=1.0_f32, fraction(), fraction()).prop_map(
            |(in_size, out_size, start, extent, first, length)| {
                let length_in = in_size as f32;
                let start = start * length_in;
                let end = (start + (length_in - start) * extent).min(length_in);
                let first = (first * out_size as f32) as u32;
                let wanted = 1 + (length * (out_size - first - 1) as f32) as u32;
                Axis { in_size, start, end, out_size, wanted: first..first + wanted }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_level_gives_the_bytes_of_the_portable_one(
            columns in axis(),
            rows in axis(),
            filter in prop::sample::select(&[
                Filter::Box,
                Filter::Bilinear,
                Filter::Hamming,
                Filter::Bicubic,
                Filter::Lanczos,
            ]),
        ) {
            let image = noise(columns.in_size, rows.in_size);
            let levels = Level::available();
            let expected = resample_axes(levels[0], &image, &columns, &rows, filter);
            for &level in &levels[1..] {
                let got = resample_axes(level, &image, &columns, &rows, filter);
                prop_assert!(got == expected, "{:?}", level);
            }
        }
    }
}
