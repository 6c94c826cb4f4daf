//! Products of row-major f32 matrices on blocks of fixed size, so that sums have one order whatever
//! the number of threads.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

/// Rows of a product that one thread computes.
const CHUNK_ROWS: usize = 128;
/// Terms of a sum that one thread adds.
const CHUNK_TERMS: usize = 4096;

/// `a b`, `[n, m]`, of `a` `[n, k]` and `b` `[k, m]`.
pub(super) fn product(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> Array2<f32> {
    let (left, right) = (matrix(&a), matrix(&b));
    in_row_chunks(a.nrows(), b.ncols(), |start, to| {
        let left = left.subrows(start, to.nrows());
        if left.ncols() <= CHUNK_TERMS {
            matmul(to, Accum::Replace, left, right, 1.0, Par::Seq);
        } else {
            add_in_parts(to, left, right);
        }
    })
}

/// `a b'`, `[n, m]`, of `a` `[n, k]` and `b` `[m, k]`.
pub(super) fn product_transposed(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> Array2<f32> {
    let (left, right) = (matrix(&a), matrix(&b).transpose());
    in_row_chunks(a.nrows(), b.nrows(), |start, to| {
        let left = left.subrows(start, to.nrows());
        matmul(to, Accum::Replace, left, right, 1.0, Par::Seq);
    })
}

/// `a' b`, `[k, m]`, of `a` `[n, k]` and `b` `[n, m]`.
pub(super) fn transposed_product(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> Array2<f32> {
    let (left, right) = (matrix(&a).transpose(), matrix(&b));
    in_row_chunks(a.ncols(), b.ncols(), |start, to| {
        let left = left.subrows(start, to.nrows());
        matmul(to, Accum::Replace, left, right, 1.0, Par::Seq);
    })
}

/// A product of `n_rows` rows, of which `compute(start, rows)` replaces some.
fn in_row_chunks(
    n_rows: usize,
    n_columns: usize,
    compute: impl Fn(usize, MatMut<'_, f32>) + Sync,
) -> Array2<f32> {
    let mut result = Array2::zeros((n_rows, n_columns));
    let chunks: Vec<_> = result.axis_chunks_iter_mut(Axis(0), CHUNK_ROWS).collect();
    chunks.into_par_iter().enumerate().for_each(|(chunk, to)| {
        let rows = to.nrows();
        let to = to.into_slice().expect("rows of a new array are contiguous");
        compute(chunk * CHUNK_ROWS, MatMut::from_row_major_slice_mut(to, rows, n_columns));
    });
    result
}

/// A product with long sums: parts of them in parallel, added in their order.
fn add_in_parts(mut to: MatMut<'_, f32>, left: MatRef<'_, f32>, right: MatRef<'_, f32>) {
    let starts: Vec<usize> = (0..left.ncols()).step_by(CHUNK_TERMS).collect();
    let parts: Vec<_> = starts
        .into_par_iter()
        .map(|start| {
            let terms = CHUNK_TERMS.min(left.ncols() - start);
            let mut part = faer::Mat::zeros(to.nrows(), to.ncols());
            let (left, right) = (left.subcols(start, terms), right.subrows(start, terms));
            matmul(&mut part, Accum::Replace, left, right, 1.0, Par::Seq);
            part
        })
        .collect();
    to.fill(0.0);
    parts.iter().for_each(|part| to += part);
}

fn matrix<'a>(view: &ArrayView2<'a, f32>) -> MatRef<'a, f32> {
    let values = view.to_slice().expect("matrices of a network are row-major");
    MatRef::from_row_major_slice(values, view.nrows(), view.ncols())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(rows: usize, columns: usize) -> Array2<f32> {
        Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 31 + j * 17) as f32).sin())
    }

    fn assert_close(got: &Array2<f32>, expected: &Array2<f64>) {
        assert_eq!(got.dim(), expected.dim());
        let error = got.iter().zip(expected).map(|(a, b)| (f64::from(*a) - b).abs());
        assert!(error.fold(0.0, f64::max) < 1e-3);
    }

    #[test]
    fn blocks_add_up_to_whole_products() {
        let (a, b) = (wave(CHUNK_ROWS + 3, CHUNK_TERMS + 5), wave(CHUNK_TERMS + 5, 7));
        let (wide_a, wide_b) = (a.mapv(f64::from), b.mapv(f64::from));
        let expected = wide_a.dot(&wide_b);
        assert_close(&product(a.view(), b.view()), &expected);
        let b_rows = b.t().as_standard_layout().into_owned();
        assert_close(&product_transposed(a.view(), b_rows.view()), &expected);
        let a_rows = a.t().as_standard_layout().into_owned();
        assert_close(&transposed_product(a_rows.view(), b.view()), &expected);
    }
}
