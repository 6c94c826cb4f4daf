//! The passes in plain Rust: the definition of what the others compute.

use std::ops::Range;

use crate::rgb::Rgb;
use crate::windows::{HALF, Windows, to_pixel};

/// Columns that are summed up together, so that their sums stay in registers.
const BLOCK: usize = 32;

/// See [`horizontal`](super::horizontal()).
pub(super) fn horizontal(image: &Rgb, rows: Range<usize>, columns: &Windows) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(rows.len() * columns.len() * 3);
    for y in rows {
        let row = image.row(y).as_chunks::<3>().0;
        for (range, weights) in columns.iter() {
            let mut sums = [HALF; 3];
            for (pixel, weight) in row[range].iter().zip(weights) {
                for (sum, &value) in sums.iter_mut().zip(pixel) {
                    *sum += i32::from(value) * weight;
                }
            }
            pixels.extend(sums.map(to_pixel));
        }
    }
    pixels
}

/// See [`vertical`](super::vertical()).
pub(super) fn vertical(
    image: &Rgb,
    columns: Range<usize>,
    first_row: usize,
    rows: &Windows,
) -> Vec<u8> {
    let stride = columns.len() * 3;
    let mut pixels = vec![0; rows.len() * stride];
    for ((range, weights), out) in rows.iter().zip(pixels.chunks_exact_mut(stride)) {
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let at = columns.start * 3 + block * BLOCK;
            let mut sums = [HALF; BLOCK];
            for (y, weight) in range.clone().zip(weights) {
                let values = &image.row(y - first_row)[at..][..out.len()];
                for (sum, &value) in sums.iter_mut().zip(values) {
                    *sum += i32::from(value) * weight;
                }
            }
            for (out, &sum) in out.iter_mut().zip(&sums) {
                *out = to_pixel(sum);
            }
        }
    }
    pixels
}
