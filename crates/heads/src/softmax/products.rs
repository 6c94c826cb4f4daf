//! The two matrix products of every iteration, in f64 over f32 features.
//!
//! The features stay in f32, often in a memory-mapped file, and are widened one tile at a time: a
//! product in f32 would leave an error near 1e-7 of the scores in the gradient, which is as large
//! as the tolerance, while an f64 copy of all features would double the memory. A widened element
//! is used once for every class, so that widening costs little beside the product.
//!
//! Blocks have fixed sizes and each is summed in a fixed order by one thread: results do not
//! depend on the number of threads.

use ndarray::{Array2, ArrayView2, Axis, linalg::general_mat_mul};
use rayon::prelude::*;

/// Rows of a tile.
const TILE_ROWS: usize = 256;
/// Columns of a tile; a tile of 256 KiB stays in the second-level cache.
const TILE_COLUMNS: usize = 128;

/// `x . weights^T`, `[n_samples, n_classes]`, of `x` `[n_samples, n_features]` and `weights`
/// `[n_classes, n_features]`.
pub(super) fn scores(x: ArrayView2<'_, f32>, weights: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut scores = Array2::zeros((x.nrows(), weights.nrows()));
    let mut blocks: Vec<_> = scores
        .axis_chunks_iter_mut(Axis(0), TILE_ROWS)
        .zip(x.axis_chunks_iter(Axis(0), TILE_ROWS))
        .collect();
    blocks.par_iter_mut().for_each(|(scores, x)| {
        let x_tiles = x.axis_chunks_iter(Axis(1), TILE_COLUMNS);
        for (x, weights) in x_tiles.zip(weights.axis_chunks_iter(Axis(1), TILE_COLUMNS)) {
            general_mat_mul(1.0, &x.mapv(f64::from), &weights.t(), 1.0, scores);
        }
    });
    scores
}

/// `residuals^T . x`, `[n_classes, n_features]`, of `residuals` `[n_samples, n_classes]` and `x`
/// `[n_samples, n_features]`.
pub(super) fn weighted_rows(residuals: ArrayView2<'_, f64>, x: ArrayView2<'_, f32>) -> Array2<f64> {
    let mut sums = Array2::zeros((residuals.ncols(), x.ncols()));
    let mut blocks: Vec<_> = sums
        .axis_chunks_iter_mut(Axis(1), TILE_COLUMNS)
        .zip(x.axis_chunks_iter(Axis(1), TILE_COLUMNS))
        .collect();
    blocks.par_iter_mut().for_each(|(sums, x)| {
        let x_tiles = x.axis_chunks_iter(Axis(0), TILE_ROWS);
        for (x, residuals) in x_tiles.zip(residuals.axis_chunks_iter(Axis(0), TILE_ROWS)) {
            general_mat_mul(1.0, &residuals.t(), &x.mapv(f64::from), 1.0, sums);
        }
    });
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Larger than a tile both ways, and no multiple of one.
    fn matrices() -> (Array2<f32>, Array2<f64>, Array2<f64>) {
        let (n, d, k) = (TILE_ROWS + 3, 2 * TILE_COLUMNS + 5, 3);
        let wave = |i: usize, j: usize| ((i * 31 + j * 17) as f64).sin();
        (
            Array2::from_shape_fn((n, d), |(i, j)| wave(i, j) as f32),
            Array2::from_shape_fn((k, d), |(i, j)| wave(i + 5, j)),
            Array2::from_shape_fn((n, k), |(i, j)| wave(i, j + 7)),
        )
    }

    fn assert_close(got: &Array2<f64>, expected: &Array2<f64>) {
        assert_eq!(got.dim(), expected.dim());
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-11));
    }

    #[test]
    fn tiles_add_up_to_the_whole_scores() {
        let (x, weights, _) = matrices();
        assert_close(&scores(x.view(), weights.view()), &x.mapv(f64::from).dot(&weights.t()));
    }

    #[test]
    fn tiles_add_up_to_the_whole_weighted_rows() {
        let (x, _, residuals) = matrices();
        let expected = residuals.t().dot(&x.mapv(f64::from));
        assert_close(&weighted_rows(residuals.view(), x.view()), &expected);
    }
}
