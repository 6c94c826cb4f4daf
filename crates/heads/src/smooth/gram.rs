//! Products with the Gram matrix of the rows, for rows that are not many more than their features.

use std::ops::Range;

use faer::{Accum, MatMut, MatRef};
use ndarray::{ArrayView2, s};
use rayon::prelude::*;

use super::{
    Intercept,
    block_matrix::{BLOCK_ROWS, BlockMatrix, block_rows},
    columns::{Columns, dot},
    features::Features,
    group::Group,
};

/// `K_ij = (x_i - shift) . (x_j - shift)`, plus 1 where the intercept is penalized.
///
/// The features of a network are not negative, so that `K` is nearly constant, and a score the
/// small difference of large sums. It is taken apart: the inner products of centered rows are
/// multiplied in f32, and the rest, of rank two, in f64.
///
/// A vector is a combination of rows: coordinates `[n_samples + 1]`, one for each row in the order
/// of this matrix (fold by fold, so that what a fold holds out is one range), then an unpenalized
/// intercept. Coordinates of rows that its fold holds out are zero.
pub(super) struct Gram<'a> {
    pub(super) features: Features<'a>,
    /// Inner products of centered rows, `[n_samples, n_samples]`.
    values: Vec<f32>,
    /// The rest of `K_ij` is `offsets_i + offsets_j + constant`.
    offsets: Vec<f64>,
    constant: f64,
    /// The row at each position.
    order: Vec<usize>,
    /// The positions that each fold holds out.
    held_out: Vec<Range<usize>>,
}

/// Columns of a block of rows that are multiplied at a time: half a MiB, which stays in the cache while
/// every fold uses it.
const CACHED_COLUMNS: usize = 512;

/// Values of a copy of some features of all rows.
const PANEL_VALUES: usize = 1 << 24;

impl<'a> Gram<'a> {
    /// The Gram matrix of rows in the order given; `held_out` are the positions that each fold
    /// holds out.
    pub(super) fn new(
        features: Features<'a>,
        order: Vec<usize>,
        held_out: Vec<Range<usize>>,
    ) -> Self {
        let (n, d) = (order.len(), features.n_features());
        // Of the mean, what the shift does not take away.
        let rest: Vec<f32> =
            features.mean.iter().zip(&features.shift).map(|(mean, shift)| mean - shift).collect();
        let bias = if features.intercept == Intercept::Penalized { 1.0 } else { 0.0 };
        let constant = dot(&rest, &rest) + bias;
        let mut offsets = vec![0.0; n];
        let mut values = vec![0.0; n * n];
        let width = (PANEL_VALUES / n).clamp(1, d.max(1));
        for start in (0..d).step_by(width) {
            let width = width.min(d - start);
            let panel = panel(&features, &order, start, width);
            for (offset, row) in offsets.iter_mut().zip(panel.chunks_exact(width)) {
                *offset += dot(row, &rest[start..start + width]);
            }
            let rows = |start: usize, len: usize| {
                MatRef::from_row_major_slice(
                    &panel[start * width..(start + len) * width],
                    len,
                    width,
                )
            };
            values.par_chunks_mut(BLOCK_ROWS * n).enumerate().for_each(|(block, values)| {
                let len = block_rows(n, block);
                let end = block * BLOCK_ROWS + len;
                let out = MatMut::from_column_major_slice_with_stride_mut(values, end, len, n);
                let right = rows(block * BLOCK_ROWS, len).transpose();
                features.kernel.multiply(out, Accum::Add, rows(0, end), right);
            });
        }
        mirror(&mut values, n);
        Self { features, values, offsets, constant, order, held_out }
    }

    /// The row at each position.
    pub(super) fn order(&self) -> &[usize] {
        &self.order
    }

    /// The positions that a fold holds out.
    pub(super) fn held_out(&self, fold: Option<usize>) -> Range<usize> {
        fold.map_or(0..0, |fold| self.held_out[fold].clone())
    }

    /// Scores `K a + b` of each column `(a, b)`; of training rows alone, unless `everywhere`.
    pub(super) fn scores(
        &self,
        vectors: &Columns,
        groups: &[Group],
        everywhere: bool,
        out: &mut BlockMatrix,
    ) {
        let n = self.order.len();
        out.resize(n, vectors.n_columns());
        let low_rank: Vec<[f64; 2]> = (0..vectors.n_columns())
            .into_par_iter()
            .map(|index| self.low_rank(vectors.column(index)))
            .collect();
        out.par_blocks_mut().enumerate().for_each(|(block, out)| {
            let (start, len) = (block * BLOCK_ROWS, block_rows(n, block));
            // Read by columns, which is the same since the matrix is symmetric.
            let rows = &self.values[start..];
            let rows = MatRef::from_column_major_slice_with_stride(rows, len, n, n);
            for group in groups {
                let columns = group.columns.clone();
                let out = &mut out[columns.start * len..columns.end * len];
                for (column, index) in out.chunks_exact_mut(len).zip(columns) {
                    let [sum, constant] = low_rank[index];
                    for (score, offset) in column.iter_mut().zip(&self.offsets[start..]) {
                        *score = (constant + sum * offset) as f32;
                    }
                }
            }
            for first in (0..n).step_by(CACHED_COLUMNS) {
                let cached = first..(first + CACHED_COLUMNS).min(n);
                for group in groups {
                    let columns = group.columns.clone();
                    let held_out = self.held_out(group.fold);
                    if !everywhere && held_out.start <= start && start + len <= held_out.end {
                        continue;
                    }
                    let out = &mut out[columns.start * len..columns.end * len];
                    let vectors = vectors.matrix(columns.clone());
                    for trained in outside(&cached, &held_out) {
                        self.features.kernel.multiply(
                            MatMut::from_column_major_slice_mut(out, len, columns.len()),
                            Accum::Add,
                            rows.subcols(trained.start, trained.len()),
                            vectors.subrows(trained.start, trained.len()),
                        );
                    }
                }
            }
        });
    }

    /// What a vector's score has besides the product in f32: the score of row `i` has
    /// `sum * offsets_i + constant`.
    fn low_rank(&self, vector: &[f32]) -> [f64; 2] {
        let (factors, intercept) = vector.split_at(self.order.len());
        let (mut sum, mut weighted) = (0.0, 0.0);
        for (&factor, offset) in factors.iter().zip(&self.offsets) {
            sum += f64::from(factor);
            weighted += f64::from(factor) * offset;
        }
        [sum, f64::from(intercept[0]) + weighted + self.constant * sum]
    }

    /// The weights and intercept of each column, `[n_features + 1]`, those of [`Features`].
    pub(super) fn weights(&self, vectors: &Columns) -> Columns {
        let n = self.order.len();
        let mut by_row = vec![0; n];
        for (position, &row) in self.order.iter().enumerate() {
            by_row[row] = position;
        }
        let mut factors = BlockMatrix::zeros(n, vectors.n_columns());
        factors.par_blocks_mut().enumerate().for_each(|(block, factors)| {
            let (start, len) = (block * BLOCK_ROWS, block_rows(n, block));
            for (index, column) in factors.chunks_exact_mut(len).enumerate() {
                let vector = vectors.column(index);
                for (offset, value) in column.iter_mut().enumerate() {
                    *value = vector[by_row[start + offset]];
                }
            }
        });
        let mut weights = self.features.weighted_rows(&factors);
        let d = self.features.n_features();
        if self.features.intercept != Intercept::Penalized {
            weights
                .par_columns_mut()
                .for_each(|(index, column)| column[d] = vectors.column(index)[n]);
        }
        weights
    }
}

/// The positions of `range` that are not in `held_out`.
fn outside(range: &Range<usize>, held_out: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let before = range.start..range.end.min(held_out.start);
    let after = range.start.max(held_out.end)..range.end;
    [before, after].into_iter().filter(|part| !part.is_empty())
}

/// Some features of all rows in the order of the matrix, their means taken out.
fn panel(features: &Features<'_>, order: &[usize], start: usize, width: usize) -> Vec<f32> {
    let mut panel = vec![0.0; order.len() * width];
    let mean = &features.mean[start..start + width];
    panel.par_chunks_mut(width).zip(order).for_each_init(Vec::new, |buffer, (out, &row)| {
        let x: ArrayView2<'_, f32> = features.rows().block(row..row + 1, buffer);
        for ((out, value), mean) in
            out.iter_mut().zip(x.slice(s![0, start..start + width])).zip(mean)
        {
            *out = value - mean;
        }
    });
    panel
}

/// Copies the lower triangle of blocks to the upper one.
fn mirror(values: &mut [f32], n: usize) {
    for start in (0..n).step_by(BLOCK_ROWS) {
        let end = (start + BLOCK_ROWS).min(n);
        let (above, below) = values.split_at_mut(end * n);
        let above = &mut above[start * n..];
        for (index, row) in below.chunks_exact(n).enumerate() {
            for (target, &value) in above.chunks_exact_mut(n).zip(&row[start..end]) {
                target[end + index] = value;
            }
        }
    }
}
