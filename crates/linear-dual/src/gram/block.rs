//! Products of two sets of rows.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use simd::Level;

/// Rows of features, `[n_rows, n_features]`, row-major and without gaps.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f32],
    pub(super) n_features: usize,
}

/// `out[j * left + i] += left_i . right_j`.
pub(super) fn add_products(level: Level, out: &mut [f32], left: Rows<'_>, right: Rows<'_>) {
    let d = left.n_features;
    let (n_left, n_right) = (left.values.len() / d.max(1), right.values.len() / d.max(1));
    if level == Level::PORTABLE {
        return add_products_portable(out, left, right);
    }
    matmul(
        MatMut::from_column_major_slice_mut(out, n_left, n_right),
        Accum::Add,
        MatRef::from_row_major_slice(left.values, n_left, d),
        MatRef::from_row_major_slice(right.values, n_right, d).transpose(),
        1.0,
        Par::Seq,
    );
}

/// Without faer, whose kernels choose their instructions themselves: a tile of inner products at a
/// time, so that each row read serves several.
fn add_products_portable(out: &mut [f32], left: Rows<'_>, right: Rows<'_>) {
    const LANES: usize = 8;
    let d = left.n_features;
    let n_left = left.values.len() / d.max(1);
    for (column, right) in out.chunks_exact_mut(n_left).zip(right.values.chunks_exact(d)) {
        for (pair, left) in column.chunks_mut(2).zip(left.values.chunks(2 * d)) {
            let (a, b) = left.split_at(d);
            let b = if b.is_empty() { a } else { b };
            let mut sums = [[0.0_f32; LANES]; 2];
            let (x_chunks, x_rest) = right.as_chunks::<LANES>();
            let (a_chunks, a_rest) = a.as_chunks::<LANES>();
            let (b_chunks, b_rest) = b.as_chunks::<LANES>();
            for ((x, a), b) in x_chunks.iter().zip(a_chunks).zip(b_chunks) {
                for lane in 0..LANES {
                    sums[0][lane] += x[lane] * a[lane];
                    sums[1][lane] += x[lane] * b[lane];
                }
            }
            let rest = |y: &[f32]| x_rest.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
            let rests = [rest(a_rest), rest(b_rest)];
            for (side, out) in pair.iter_mut().enumerate() {
                *out += sums[side].iter().sum::<f32>() + rests[side];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_multiplies_every_row() {
        for (n_left, n_right, d) in [(1, 1, 1), (3, 2, 5), (16, 7, 33)] {
            let left: Vec<f32> = (0..n_left * d).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
            let right: Vec<f32> = (0..n_right * d).map(|i| (i * 5 % 13) as f32 - 6.0).collect();
            for level in Level::available() {
                let mut out = vec![1.0; n_left * n_right];
                let rows = |values| Rows { values, n_features: d };
                add_products(level, &mut out, rows(&left), rows(&right));
                for (j, right) in right.chunks(d).enumerate() {
                    for (i, left) in left.chunks(d).enumerate() {
                        let dot: f32 = left.iter().zip(right).map(|(a, b)| a * b).sum();
                        assert_eq!(out[j * n_left + i], 1.0 + dot);
                    }
                }
            }
        }
    }
}
