//! Rows of an image, several at a time, for passes that read beyond the pixels they use.

use std::ops::Range;

use crate::rgb::Rgb;
use crate::windows::{GROUP, Windows};

/// How many bytes of a row a pass reads that takes 16 bytes for a group of four pixels.
pub(super) fn reach(columns: &Windows) -> usize {
    let furthest = (0..columns.len()).map(|column| columns.first(column)).max().unwrap_or(0);
    (furthest + columns.groups() * GROUP) * 3 + 4
}

/// Calls `pass` with `N` rows of the image after `N` rows, `reach` bytes from the start of each
/// on, and with room for what becomes of them, `out_stride` bytes a row. Bytes beyond the end of a
/// row are of no meaning.
///
/// Returns what became of all rows.
pub(super) fn in_groups<const N: usize>(
    image: &Rgb,
    rows: Range<usize>,
    reach: usize,
    out_stride: usize,
    mut pass: impl FnMut([&[u8]; N], &mut [u8]),
) -> Vec<u8> {
    let mut pixels = vec![0; rows.len() * out_stride];
    let mut copies = vec![0; N * reach];
    let mut spare = vec![0; N * out_stride];
    for (out, y) in pixels.chunks_mut(N * out_stride).zip(rows.clone().step_by(N)) {
        let mut copies = copies.chunks_exact_mut(reach);
        let group = std::array::from_fn(|i| {
            // Where rows are missing in the last group, the last one stands in for them.
            let start = (y + i).min(rows.end - 1) * image.stride();
            let copy = copies.next().expect("there is a copy for each row");
            let rest = &image.pixels[start..];
            if let Some(row) = rest.get(..reach) {
                row
            } else {
                copy[..rest.len()].copy_from_slice(rest);
                copy
            }
        });
        if out.len() == spare.len() {
            pass(group, out);
        } else {
            pass(group, &mut spare);
            out.copy_from_slice(&spare[..out.len()]);
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_seen_once_and_in_order() {
        let image = Rgb { width: 1, height: 5, pixels: (0..15).collect() };
        let mut seen = Vec::new();
        // A row takes 3 bytes, and 4 are asked for: the last byte is of the next row, or zero.
        let out = in_groups::<2>(&image, 1..4, 4, 1, |rows, out| {
            seen.push(rows.map(<[u8]>::to_vec));
            out.copy_from_slice(&rows.map(|row| row[0]));
        });
        assert_eq!(seen[0], [[3, 4, 5, 6], [6, 7, 8, 9]]);
        assert_eq!(seen[1], [[9, 10, 11, 12], [9, 10, 11, 12]]);
        assert_eq!(out, [3, 6, 9]);
        let mut last = Vec::new();
        in_groups::<2>(&image, 4..5, 4, 1, |rows, _| last = rows[0].to_vec());
        assert_eq!(last, [12, 13, 14, 0]);
    }
}
