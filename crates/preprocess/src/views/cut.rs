//! Windows cut out of images, and mirrors.

use super::part::Window;
use crate::rgb::Rgb;

/// The pixels of a window; `fill` (red, green, blue) where it reaches beyond the image.
pub(super) fn cut(image: &Rgb, window: Window, fill: [u8; 3]) -> Rgb {
    let Window { left, top, width, height } = window;
    let mut pixels = fill.repeat(width as usize * height as usize);
    let (columns, rows) = (overlap(left, width, image.width), overlap(top, height, image.height));
    if let (Some((from_x, to_x, n_columns)), Some((from_y, to_y, n_rows))) = (columns, rows) {
        let out_rows = pixels.chunks_exact_mut(width as usize * 3).skip(to_y);
        for (y, out) in out_rows.take(n_rows).enumerate() {
            let row = &image.row(from_y + y)[from_x * 3..][..n_columns * 3];
            out[to_x * 3..][..n_columns * 3].copy_from_slice(row);
        }
    }
    Rgb { width, height, pixels }
}

/// What `length` pixels from `start` on have in common with `size` pixels from 0 on: its first index
/// there, its first index in the window, and how many.
fn overlap(start: i64, length: u32, size: u32) -> Option<(usize, usize, usize)> {
    let (first, end) = (start.max(0), (start + i64::from(length)).min(i64::from(size)));
    (first < end).then(|| (first as usize, (first - start) as usize, (end - first) as usize))
}

/// Left and right exchanged.
pub(super) fn mirror(image: &Rgb) -> Rgb {
    let (pixels, _) = image.pixels.as_chunks::<3>();
    let rows = pixels.chunks_exact(image.width as usize);
    let pixels = rows.flat_map(|row| row.iter().rev()).flatten().copied().collect();
    Rgb { pixels, ..*image }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns and rows of pixels; red is the column, green the row.
    fn image(width: u32, height: u32) -> Rgb {
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 7]));
        Rgb { width, height, pixels: pixels.collect() }
    }

    #[test]
    fn what_lies_beyond_is_filled() {
        for (left, top) in (-4..6).flat_map(|left| (-3..5).map(move |top| (left, top))) {
            let window = Window { left, top, width: 3, height: 2 };
            let part = cut(&image(5, 4), window, [9, 8, 6]);
            for (i, pixel) in part.pixels.chunks_exact(3).enumerate() {
                let (x, y) = (left + i as i64 % 3, top + i as i64 / 3);
                let inside = (0..5).contains(&x) && (0..4).contains(&y);
                let expected = if inside { [x as u8, y as u8, 7] } else { [9, 8, 6] };
                assert_eq!(pixel, expected, "{window:?}");
            }
        }
    }

    #[test]
    fn mirroring_twice_changes_nothing() {
        let image = image(3, 2);
        assert_eq!(mirror(&image).pixels[..9], [2, 0, 7, 1, 0, 7, 0, 0, 7]);
        assert_eq!(mirror(&mirror(&image)), image);
    }
}
