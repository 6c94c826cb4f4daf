//! The matrix product that everything in this crate is made of.
//!
//! Calls are of fixed size and each is done by one thread, so that no sum depends on the number of
//! threads. A right side and a result are stored column by column; a left side may lie either way.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use simd::Level;

/// `out = left right`, or `out += left right`: by faer, which picks its instructions when the program runs,
/// or at the portable level by plain Rust, compiled for the least processor of the target.
pub(super) fn multiply(
    level: Level,
    mut out: MatMut<'_, f32>,
    accumulate: Accum,
    left: MatRef<'_, f32>,
    right: MatRef<'_, f32>,
) {
    if level != Level::PORTABLE {
        return matmul(out, accumulate, left, right, 1.0, Par::Seq);
    }
    if accumulate == Accum::Replace {
        out.fill(0.0);
    }
    if left.row_stride() == 1 {
        add_combinations(out, left, right);
    } else {
        add_inner_products(out, left, right);
    }
}

/// Accumulators of an inner product, so many that the compiler fills vectors with them.
const LANES: usize = 8;

/// `out += left right` for a left side stored by rows: every element is an inner product.
fn add_inner_products(mut out: MatMut<'_, f32>, left: MatRef<'_, f32>, right: MatRef<'_, f32>) {
    for j in 0..right.ncols() {
        let column = contiguous(right, j);
        for i in 0..left.nrows() {
            let row = contiguous(left.transpose(), i);
            out[(i, j)] += inner_product(row, column);
        }
    }
}

/// `out += left right` for a left side stored by columns: columns of the result are combinations
/// of them.
fn add_combinations(mut out: MatMut<'_, f32>, left: MatRef<'_, f32>, right: MatRef<'_, f32>) {
    for j in 0..right.ncols() {
        let factors = contiguous(right, j);
        let out = out.as_mut().col_mut(j).try_as_col_major_mut().expect(COLUMN_MAJOR);
        let out = out.as_slice_mut();
        for (k, &factor) in factors.iter().enumerate() {
            for (out, value) in out.iter_mut().zip(contiguous(left, k)) {
                *out += factor * value;
            }
        }
    }
}

const COLUMN_MAJOR: &str = "callers store right sides and results by columns";

fn contiguous(matrix: MatRef<'_, f32>, column: usize) -> &[f32] {
    matrix.col(column).try_as_col_major().expect(COLUMN_MAJOR).as_slice()
}

fn inner_product(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small integers: every order of summation gives the same bits.
    #[test]
    fn every_level_multiplies_either_layout() {
        let (m, n, k) = (19, 5, 21);
        let left: Vec<f32> = (0..m * k).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
        let right: Vec<f32> = (0..k * n).map(|i| (i * 5 % 13) as f32 - 6.0).collect();
        let right = MatRef::from_column_major_slice(&right, k, n);
        for left in [
            MatRef::from_column_major_slice(&left, m, k),
            MatRef::from_row_major_slice(&left, m, k),
        ] {
            for (accumulate, start) in [(Accum::Replace, 0.0), (Accum::Add, 2.0)] {
                for level in Level::available() {
                    let mut out = vec![2.0; m * n];
                    let matrix = MatMut::from_column_major_slice_mut(&mut out, m, n);
                    multiply(level, matrix, accumulate, left, right);
                    for (index, got) in out.into_iter().enumerate() {
                        let (i, j) = (index % m, index / m);
                        let sum: f32 = (0..k).map(|k| left[(i, k)] * right[(k, j)]).sum();
                        assert_eq!(got, start + sum, "{level:?} {accumulate:?} ({i}, {j})");
                    }
                }
            }
        }
    }
}
