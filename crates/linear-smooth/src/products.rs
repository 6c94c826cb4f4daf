//! The matrix product that everything in this module is made of.
//!
//! Calls are of fixed size and each is done by one thread, so that no sum depends on the number of
//! threads. A right side and a result are stored column by column; a left side may lie either way.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use simd::Level;

/// Which code multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// faer, which picks its instructions when the program runs.
    Faer,
    /// Plain Rust, compiled for the least processor of the target.
    Portable,
}

impl Kernel {
    /// faer, unless the level is portable.
    pub fn from_env() -> Self {
        if Level::detected() == Level::PORTABLE { Self::Portable } else { Self::Faer }
    }

    /// The instructions for all but products.
    pub(super) fn level(self) -> Level {
        match self {
            Self::Faer => Level::detected(),
            Self::Portable => Level::PORTABLE,
        }
    }

    /// `out = left right`, or `out += left right`.
    pub(super) fn multiply(
        self,
        mut out: MatMut<'_, f32>,
        accumulate: Accum,
        left: MatRef<'_, f32>,
        right: MatRef<'_, f32>,
    ) {
        match self {
            Self::Faer => matmul(out, accumulate, left, right, 1.0, Par::Seq),
            Self::Portable => {
                if accumulate == Accum::Replace {
                    out.fill(0.0);
                }
                if left.row_stride() == 1 {
                    add_combinations(out, left, right);
                } else {
                    add_inner_products(out, left, right);
                }
            }
        }
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
    fn both_kernels_multiply_either_layout() {
        let (m, n, k) = (19, 5, 21);
        let left: Vec<f32> = (0..m * k).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
        let right: Vec<f32> = (0..k * n).map(|i| (i * 5 % 13) as f32 - 6.0).collect();
        let right = MatRef::from_column_major_slice(&right, k, n);
        for left in [
            MatRef::from_column_major_slice(&left, m, k),
            MatRef::from_row_major_slice(&left, m, k),
        ] {
            for (accumulate, start) in [(Accum::Replace, 0.0), (Accum::Add, 2.0)] {
                for kernel in [Kernel::Faer, Kernel::Portable] {
                    let mut out = vec![2.0; m * n];
                    let matrix = MatMut::from_column_major_slice_mut(&mut out, m, n);
                    kernel.multiply(matrix, accumulate, left, right);
                    for (index, got) in out.into_iter().enumerate() {
                        let (i, j) = (index % m, index / m);
                        let sum: f32 = (0..k).map(|k| left[(i, k)] * right[(k, j)]).sum();
                        assert_eq!(got, start + sum, "{kernel:?} {accumulate:?} ({i}, {j})");
                    }
                }
            }
        }
    }
}
