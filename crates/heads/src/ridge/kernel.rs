use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use rayon::prelude::*;

use super::centered_rows::CenteredRows;

/// Columns that are computed together.
const PANEL_COLUMNS: usize = 256;
/// Rows that one thread computes.
const CHUNK_ROWS: usize = 128;

/// The inner products of all pairs of rows.
pub(super) struct Kernel {
    /// `[n_rows, n_rows]`, row-major; only the lower triangle is filled.
    products: Vec<f64>,
    n_rows: usize,
}

impl Kernel {
    /// The inner products of `n_rows` centered rows, each times its scale.
    pub(super) fn new(
        rows: &CenteredRows<'_>,
        n_rows: usize,
        scale: impl Fn(usize) -> f64 + Sync,
    ) -> Self {
        let n_features = rows.n_features();
        let indices: Vec<usize> = (0..n_rows).collect();
        let mut products = vec![0.0; n_rows * n_rows];
        for start in (0..n_rows).step_by(PANEL_COLUMNS) {
            let indices = &indices[start..];
            let panel = &indices[..PANEL_COLUMNS.min(indices.len())];
            let gathered = rows.gather_in_parallel(panel, &scale);
            let right = rows.matrix(&gathered).subcols(0, n_features).transpose();
            products[start * n_rows..]
                .par_chunks_mut(CHUNK_ROWS * n_rows)
                .zip(indices.par_chunks(CHUNK_ROWS))
                .for_each(|(to, indices)| {
                    let gathered = rows.gather(indices, &scale);
                    let left = rows.matrix(&gathered).subcols(0, n_features);
                    let to = MatMut::from_row_major_slice_mut(to, indices.len(), n_rows);
                    let to = to.subcols_mut(start, panel.len());
                    matmul(to, Accum::Replace, left, right, 1.0, Par::Seq);
                });
        }
        Self { products, n_rows }
    }

    /// The product of two rows.
    pub(super) fn at(&self, a: usize, b: usize) -> f64 {
        self.products[a.max(b) * self.n_rows + a.min(b)]
    }

    /// All products, of which only the lower triangle may be read.
    pub(super) fn lower(&self) -> MatRef<'_, f64> {
        MatRef::from_row_major_slice(&self.products, self.n_rows, self.n_rows)
    }
}
