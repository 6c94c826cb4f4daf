//! The two transforms of a tile's activations, `LANES` channels at a time.

#![expect(unsafe_code, reason = "vector instructions on checked ranges")]

use super::vector::Vector;
use crate::points::{INNER, OUTER, TILE, WINDOW};

/// Where the `WINDOW` x `WINDOW` activations of a tile lie, and where they go.
pub(crate) struct InputTile<'a> {
    /// From the tile's first activation on: `[row, column, channel]`.
    pub(crate) from: &'a [f32],
    /// Distance of rows in `from`.
    pub(crate) row_stride: usize,
    /// Number of channels, a multiple of `LANES`; the distance of columns in `from`.
    pub(crate) channels: usize,
    /// `[position, channel]`, one position for each of the `WINDOW * WINDOW` products.
    pub(crate) to: &'a mut [f32],
    /// Distance of positions in `to`.
    pub(crate) position_stride: usize,
}

/// `B' d B` of every channel (see [`crate::points`]).
#[inline(always)]
pub(super) fn transform_input_body<V: Vector>(tile: InputTile<'_>) {
    let InputTile { from, row_stride, channels, to, position_stride } = tile;
    assert!(channels.is_multiple_of(V::LANES), "whole vectors of channels");
    assert!(from.len() >= (WINDOW - 1) * row_stride + WINDOW * channels, "a window of activations");
    assert!(to.len() >= (WINDOW * WINDOW - 1) * position_stride + channels, "room for it");
    for channel in (0..channels).step_by(V::LANES) {
        // SAFETY: all addresses lie within the ranges that were checked above.
        unsafe {
            let (from, to) = (from.as_ptr().add(channel), to.as_mut_ptr().add(channel));
            let mut rows = [[V::splat(0.0); WINDOW]; WINDOW];
            for x in 0..WINDOW {
                let column =
                    std::array::from_fn(|y| V::load(from.add(y * row_stride + x * channels)));
                let transformed = input_1d(column);
                for (row, value) in rows.iter_mut().zip(transformed) {
                    row[x] = value;
                }
            }
            for (y, row) in rows.into_iter().enumerate() {
                for (x, value) in input_1d(row).into_iter().enumerate() {
                    value.store(to.add((y * WINDOW + x) * position_stride));
                }
            }
        }
    }
}

/// `B' d`: polynomials with zeros at all points but one, applied to six numbers.
///
/// # Safety
/// As [`Vector`] says.
#[inline(always)]
unsafe fn input_1d<V: Vector>(d: [V; WINDOW]) -> [V; WINDOW] {
    const A2: f32 = INNER * INNER;
    const B2: f32 = OUTER * OUTER;
    // SAFETY: the caller is compiled for the instructions of `V`.
    unsafe {
        // x^4 - b^2 x^2 and x^3 - b^2 x: what the polynomials of a and -a are made of; then of b.
        let even_a = V::splat(-B2).mul_add(d[2], d[4]);
        let odd_a = V::splat(-B2).mul_add(d[1], d[3]);
        let even_b = V::splat(-A2).mul_add(d[2], d[4]);
        let odd_b = V::splat(-A2).mul_add(d[1], d[3]);
        // (x^2 - a^2)(x^2 - b^2), and the same times x.
        let (sum, product) = (V::splat(-(A2 + B2)), V::splat(A2 * B2));
        [
            product.mul_add(d[0], sum.mul_add(d[2], d[4])),
            V::splat(INNER).mul_add(odd_a, even_a),
            V::splat(-INNER).mul_add(odd_a, even_a),
            V::splat(OUTER).mul_add(odd_b, even_b),
            V::splat(-OUTER).mul_add(odd_b, even_b),
            product.mul_add(d[1], sum.mul_add(d[3], d[5])),
        ]
    }
}

/// The sums of products of a tile, and where its activations go.
pub(crate) struct OutputTile<'a> {
    /// `[position, channel]`.
    pub(crate) from: &'a [f32],
    /// Distance of positions in `from`.
    pub(crate) position_stride: usize,
    /// Added to each channel; their number is a multiple of `LANES`.
    pub(crate) bias: &'a [f32],
    /// From the tile's first activation on: `[row, column, channel]`.
    pub(crate) to: &'a mut [f32],
    /// Distance of rows in `to`.
    pub(crate) row_stride: usize,
    /// Distance of columns in `to`.
    pub(crate) column_stride: usize,
    /// Rows and columns of the tile that are part of the image; nothing else is written.
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// `relu(A' m A + bias)` of every channel; with `POOL` the maxima of its 2 x 2 blocks.
#[inline(always)]
pub(super) fn transform_output_body<V: Vector, const POOL: bool>(tile: OutputTile<'_>) {
    let OutputTile { from, position_stride, bias, to, row_stride, column_stride, rows, columns } =
        tile;
    let channels = bias.len();
    let size = if POOL { TILE / 2 } else { TILE };
    assert!(channels.is_multiple_of(V::LANES), "whole vectors of channels");
    assert!((1..=size).contains(&rows) && (1..=size).contains(&columns), "a part of a tile");
    assert!(from.len() >= (WINDOW * WINDOW - 1) * position_stride + channels, "all products");
    assert!(
        to.len() >= (rows - 1) * row_stride + (columns - 1) * column_stride + channels,
        "room for the activations"
    );
    for channel in (0..channels).step_by(V::LANES) {
        // SAFETY: all addresses lie within the ranges that were checked above.
        unsafe {
            let (from, to) = (from.as_ptr().add(channel), to.as_mut_ptr().add(channel));
            let bias = V::load(bias.as_ptr().add(channel));
            let activate = |sum: V| sum.add(bias).max(V::splat(0.0));
            let mut half = [[V::splat(0.0); WINDOW]; TILE];
            for x in 0..WINDOW {
                let column =
                    std::array::from_fn(|y| V::load(from.add((y * WINDOW + x) * position_stride)));
                let transformed = output_1d(column);
                for (row, value) in half.iter_mut().zip(transformed) {
                    row[x] = value;
                }
            }
            for y in 0..rows {
                let to = to.add(y * row_stride);
                if POOL {
                    let (upper, lower) = (output_1d(half[2 * y]), output_1d(half[2 * y + 1]));
                    for x in 0..columns {
                        let upper = upper[2 * x].max(upper[2 * x + 1]);
                        let lower = lower[2 * x].max(lower[2 * x + 1]);
                        activate(upper.max(lower)).store(to.add(x * column_stride));
                    }
                } else {
                    for (x, sum) in output_1d(half[y]).into_iter().take(columns).enumerate() {
                        activate(sum).store(to.add(x * column_stride));
                    }
                }
            }
        }
    }
}

/// `A' m`: the values of six point products as the coefficients of a cubic polynomial.
///
/// # Safety
/// As [`Vector`] says.
#[inline(always)]
unsafe fn output_1d<V: Vector>(m: [V; WINDOW]) -> [V; TILE] {
    const A2: f32 = INNER * INNER;
    const B2: f32 = OUTER * OUTER;
    // SAFETY: the caller is compiled for the instructions of `V`.
    unsafe {
        let (even_a, odd_a) = (m[1].add(m[2]), m[1].sub(m[2]));
        let (even_b, odd_b) = (m[3].add(m[4]), m[3].sub(m[4]));
        let zero = V::splat(0.0);
        [
            m[0].add(even_a.add(even_b)),
            V::splat(OUTER).mul_add(odd_b, V::splat(INNER).mul_add(odd_a, zero)),
            V::splat(B2).mul_add(even_b, V::splat(A2).mul_add(even_a, zero)),
            V::splat(B2 * OUTER).mul_add(odd_b, V::splat(A2 * INNER).mul_add(odd_a, m[5])),
        ]
    }
}
