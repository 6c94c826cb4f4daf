//! Heads from dual variables: `w = sum_i beta_i x_i`, the intercept the sum of `beta`.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::column::Column;
use crate::{FeatureRows, LinearHead, Link, gram::Layout};

/// Rows that are multiplied at a time, in f32; their sums are added in f64.
const BLOCK: usize = 256;

/// Columns that a thread multiplies at a time.
const COLUMNS: usize = 32;

/// The head of each fold, of `n_classes` columns each.
pub(super) fn heads(
    rows: &dyn FeatureRows,
    layout: &Layout,
    columns: &[Column],
    n_classes: usize,
) -> Vec<LinearHead> {
    let (n, d) = (rows.n_samples(), rows.n_features());
    // Position of each row.
    let mut position = vec![0; n];
    for (at, row) in layout.rows().iter().enumerate() {
        if let Some(row) = *row {
            position[row] = at;
        }
    }
    let mut coef = Array2::<f64>::zeros((columns.len(), d));
    let mut buffer = Vec::new();
    for first in (0..n).step_by(BLOCK) {
        let last = (first + BLOCK).min(n);
        let block = rows.block(first..last, &mut buffer);
        let x = block.to_slice().expect("a block is row-major");
        let x = MatRef::from_row_major_slice(x, last - first, d);
        let parts = coef.as_slice_mut().expect("zeros are row-major");
        let parts = parts.par_chunks_mut(COLUMNS * d.max(1)).zip(columns.par_chunks(COLUMNS));
        parts.for_each(|(coef, columns)| {
            let betas = columns.iter().flat_map(|column| {
                position[first..last].iter().map(|&position| column.beta[position])
            });
            let betas: Vec<f32> = betas.collect();
            let betas = MatRef::from_row_major_slice(&betas, columns.len(), last - first);
            let mut product = vec![0.0_f32; coef.len()];
            let out = MatMut::from_row_major_slice_mut(&mut product, columns.len(), d);
            matmul(out, Accum::Replace, betas, x, 1.0, Par::Seq);
            for (coef, &value) in coef.iter_mut().zip(&product) {
                *coef += f64::from(value);
            }
        });
    }
    let intercept = |column: &Column| column.beta.iter().copied().map(f64::from).sum();
    let intercepts: Array1<f64> = columns.iter().map(intercept).collect();
    (0..columns.len() / n_classes)
        .map(|fold| {
            let of_fold = ndarray::s![fold * n_classes..(fold + 1) * n_classes, ..];
            let intercepts =
                intercepts.slice(ndarray::s![fold * n_classes..(fold + 1) * n_classes]);
            LinearHead::rounded(coef.slice(of_fold), intercepts, Link::Margin)
        })
        .collect()
}
