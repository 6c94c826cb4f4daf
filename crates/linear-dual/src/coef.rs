//! Weights from dual variables: `w = sum_i beta_i x_i`, the intercept the sum of `beta`.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use linear_problem::FeatureRows;
use ndarray::Array2;
use rayon::prelude::*;

use super::column::Column;
use crate::gram::Layout;

/// Rows that are multiplied at a time, in f32; their sums are added in f64.
const BLOCK: usize = 256;

/// Columns that a thread multiplies at a time.
const COLUMNS: usize = 32;

/// The weights of each column, the intercept last, `[n_columns, n_features + 1]`.
pub(super) fn weights(rows: &dyn FeatureRows, layout: &Layout, columns: &[Column]) -> Array2<f64> {
    let (n, d) = (rows.n_samples(), rows.n_features());
    // Position of each row.
    let mut position = vec![0; n];
    for (at, row) in layout.rows().iter().enumerate() {
        if let Some(row) = *row {
            position[row] = at;
        }
    }
    let mut weights = Array2::<f64>::zeros((columns.len(), d + 1));
    let mut buffer = Vec::new();
    for first in (0..n).step_by(BLOCK) {
        let last = (first + BLOCK).min(n);
        let block = rows.block(first..last, &mut buffer);
        let x = block.to_slice().expect("a block is row-major");
        let x = MatRef::from_row_major_slice(x, last - first, d);
        let parts = weights.as_slice_mut().expect("zeros are row-major");
        let parts = parts.par_chunks_mut(COLUMNS * (d + 1)).zip(columns.par_chunks(COLUMNS));
        parts.for_each(|(weights, columns)| {
            let betas = columns.iter().flat_map(|column| {
                position[first..last].iter().map(|&position| column.beta[position])
            });
            let betas: Vec<f32> = betas.collect();
            let betas = MatRef::from_row_major_slice(&betas, columns.len(), last - first);
            let mut product = vec![0.0_f32; columns.len() * d];
            let out = MatMut::from_row_major_slice_mut(&mut product, columns.len(), d);
            matmul(out, Accum::Replace, betas, x, 1.0, Par::Seq);
            for (at, weights) in weights.chunks_exact_mut(d + 1).enumerate() {
                for (weight, &value) in weights.iter_mut().zip(&product[at * d..(at + 1) * d]) {
                    *weight += f64::from(value);
                }
            }
        });
    }
    for (mut weights, column) in weights.rows_mut().into_iter().zip(columns) {
        weights[d] = column.beta.iter().copied().map(f64::from).sum();
    }
    weights
}
