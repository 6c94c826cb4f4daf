use std::ops::Range;

use faer::{Accum, Mat, MatRef, Par, linalg::matmul::matmul};
use ndarray::ArrayView2;

use super::nearest::Nearest;
use crate::FeatureRows;

/// Training rows of one product; it does not change what is computed for a row.
const CHUNK_ROWS: usize = 512;

/// Rows of length 1, `[rows, n_features]`, row-major; zeros stay zeros.
pub(super) fn unit_rows(x: ArrayView2<'_, f32>) -> Vec<f32> {
    let mut units = Vec::with_capacity(x.len());
    for row in x.rows() {
        let square: f64 = row.iter().map(|&value| f64::from(value).powi(2)).sum();
        let scale = if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 };
        units.extend(row.iter().map(|&value| (f64::from(value) * scale) as f32));
    }
    units
}

/// Offers training rows to the nearest of each query, except where `may_vote(query, row)` is false.
///
/// `queries` are unit rows; `training` is read in blocks and scaled on the way.
pub(super) fn offer_all(
    queries: &[f32],
    training: &dyn FeatureRows,
    nearest: &mut [Nearest],
    may_vote: impl Fn(usize, usize) -> bool,
) {
    let n_features = training.n_features();
    let mut buffer = Vec::new();
    for start in (0..training.n_samples()).step_by(CHUNK_ROWS) {
        let range = start..training.n_samples().min(start + CHUNK_ROWS);
        let units = unit_rows(training.block(range.clone(), &mut buffer));
        offer_chunk(queries, &units, n_features, range, nearest, &may_vote);
    }
}

/// Offers the training rows `range`, given as unit rows, to each query.
pub(super) fn offer_chunk(
    queries: &[f32],
    units: &[f32],
    n_features: usize,
    range: Range<usize>,
    nearest: &mut [Nearest],
    may_vote: &impl Fn(usize, usize) -> bool,
) {
    let queries = MatRef::from_row_major_slice(queries, nearest.len(), n_features);
    let units = MatRef::from_row_major_slice(units, range.len(), n_features);
    // One column a query, so that a query's similarities lie side by side.
    let mut similarities = Mat::zeros(range.len(), nearest.len());
    matmul(&mut similarities, Accum::Replace, units, queries.transpose(), 1.0, Par::Seq);
    for (query, nearest) in nearest.iter_mut().enumerate() {
        for (row, &similarity) in range.clone().zip(similarities.col(query).iter()) {
            if may_vote(query, row) {
                nearest.offer(similarity, row);
            }
        }
    }
}
