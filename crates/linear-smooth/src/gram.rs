//! Products with the Gram matrix of the rows, for rows that are not many more than their features.

use std::ops::Range;

use faer::{Accum, MatMut, MatRef};
use linear_problem::FitError;
use ndarray::{ArrayView2, s};
use rayon::prelude::*;
use simd::Buffer;

use super::{
    Intercept,
    block_matrix::{BLOCK_ROWS, BlockMatrix, block_rows},
    columns::{Columns, dot},
    features::Features,
    group::Group,
    products::multiply,
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
    numbers: Buffer,
    /// The rest of `K_ij` is `offsets_i + offsets_j + constant`.
    offsets: Vec<f64>,
    constant: f64,
}

/// Columns of a block of rows that are multiplied at a time: half a MiB, which stays in the cache while
/// every fold uses it.
const CACHED_COLUMNS: usize = 512;

/// Values of a copy of some features of all rows.
const PANEL_VALUES: usize = 1 << 24;

impl<'a> Gram<'a> {
    /// The Gram matrix of rows in their order.
    ///
    /// # Errors
    /// [`FitError::OutOfMemory`].
    pub(super) fn new(features: Features<'a>) -> Result<Self, FitError> {
        let (n, d) = (features.n_samples(), features.n_features());
        // Of the mean, what the shift does not take away.
        let rest: Vec<f32> =
            features.mean.iter().zip(&features.shift).map(|(mean, shift)| mean - shift).collect();
        let bias = if features.intercept == Intercept::Penalized { 1.0 } else { 0.0 };
        let constant = dot(&rest, &rest) + bias;
        let mut offsets = vec![0.0; n];
        let mut numbers = Buffer::zeros(n * n)?;
        let values = numbers.as_mut_slice();
        let width = (PANEL_VALUES / n).clamp(1, d.max(1));
        for start in (0..d).step_by(width) {
            let width = width.min(d - start);
            let panel = panel(&features, start, width);
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
                multiply(features.level, out, Accum::Add, rows(0, end), right);
            });
        }
        mirror(values, n);
        Ok(Self { features, numbers, offsets, constant })
    }

    /// Scores `K a + b` of each column `(a, b)`, of the rows that it is trained on; 0 elsewhere.
    pub(super) fn scores(&self, vectors: &Columns, groups: &[Group], out: &mut BlockMatrix) {
        out.resize(self.features.n_samples(), vectors.n_columns());
        self.features.order.clear_left_out(groups, out);
        let trained = |group: &Group, rows: &_| self.features.order.trained(group.fold, rows);
        self.multiply(vectors, groups, trained, out);
    }

    /// Sets the scores of held-out rows, and leaves the others as they are.
    pub(super) fn complete_scores(
        &self,
        vectors: &Columns,
        groups: &[Group],
        scores: &mut BlockMatrix,
    ) {
        let left_out = |group: &Group, rows: &Range<usize>| {
            [self.features.order.left_out(group.fold, rows), rows.end..rows.end]
        };
        self.multiply(vectors, groups, left_out, scores);
    }

    /// Sets the scores of those parts of each block of rows.
    fn multiply(
        &self,
        vectors: &Columns,
        groups: &[Group],
        parts: impl Fn(&Group, &Range<usize>) -> [Range<usize>; 2] + Sync,
        out: &mut BlockMatrix,
    ) {
        let (order, values) = (&self.features.order, self.numbers.as_slice());
        let n = self.features.n_samples();
        let low_rank: Vec<[f64; 2]> = (0..vectors.n_columns())
            .into_par_iter()
            .map(|index| self.low_rank(vectors.column(index)))
            .collect();
        out.par_blocks_mut().enumerate().for_each(|(block, out)| {
            let (start, len) = (block * BLOCK_ROWS, block_rows(n, block));
            let level = self.features.level;
            let parts_of = |group: &Group| parts(group, &(start..start + len));
            for group in groups {
                for rows in parts_of(group) {
                    for index in group.columns.clone() {
                        let out = &mut out[index * len..][rows.start - start..rows.end - start];
                        let ([sum, constant], offsets) =
                            (low_rank[index], &self.offsets[rows.clone()]);
                        level.run(
                            #[inline(always)]
                            || {
                                out.iter_mut().zip(offsets).for_each(|(score, offset)| {
                                    *score = (constant + sum * offset) as f32;
                                });
                            },
                        );
                    }
                }
            }
            for first in (0..n).step_by(CACHED_COLUMNS) {
                let cached = first..(first + CACHED_COLUMNS).min(n);
                for group in groups {
                    let columns = group.columns.clone();
                    let right = vectors.matrix(columns.clone());
                    for rows in parts_of(group).into_iter().filter(|rows| !rows.is_empty()) {
                        let out = &mut out[columns.start * len + rows.start - start..];
                        let (n_rows, n_columns) = (rows.len(), columns.len());
                        // Read by columns, which is the same since the matrix is symmetric.
                        let left = MatRef::from_column_major_slice_with_stride(
                            &values[rows.start..],
                            n_rows,
                            n,
                            n,
                        );
                        let trained = order.trained(group.fold, &cached);
                        for trained in trained.into_iter().filter(|rows| !rows.is_empty()) {
                            multiply(
                                self.features.level,
                                MatMut::from_column_major_slice_with_stride_mut(
                                    out, n_rows, n_columns, len,
                                ),
                                Accum::Add,
                                left.subcols(trained.start, trained.len()),
                                right.subrows(trained.start, trained.len()),
                            );
                        }
                    }
                }
            }
        });
    }

    /// What a vector's score has besides the product in f32: the score of row `i` has
    /// `sum * offsets_i + constant`.
    fn low_rank(&self, vector: &[f32]) -> [f64; 2] {
        let (factors, intercept) = vector.split_at(self.features.n_samples());
        let (sum, weighted) = self.features.level.run(
            #[inline(always)]
            || sums(factors, &self.offsets),
        );
        [sum, f64::from(intercept[0]) + weighted + self.constant * sum]
    }

    /// The weights and intercept of each column, `[n_features + 1]`, those of [`Features`].
    pub(super) fn weights(&self, vectors: &Columns) -> Columns {
        // The features have no copy in this order: they are read as they come.
        let n = self.features.n_samples();
        let mut by_row = vec![0; n];
        for (position, &row) in self.features.order.rows().iter().enumerate() {
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
        let mut weights = Columns::default();
        let all = [Group { fold: None, columns: 0..factors.n_columns() }];
        self.features.weighted_rows(&factors, &all, &mut weights);
        let d = self.features.n_features();
        if self.features.intercept != Intercept::Penalized {
            weights
                .par_columns_mut()
                .for_each(|(index, column)| column[d] = vectors.column(index)[n]);
        }
        weights
    }
}

/// The sum of factors, and that of their products with offsets.
#[inline(always)]
fn sums(factors: &[f32], offsets: &[f64]) -> (f64, f64) {
    const LANES: usize = 16;
    let (factors, factors_rest) = factors.as_chunks::<LANES>();
    let (offsets, offsets_rest) = offsets.as_chunks::<LANES>();
    let (mut sums, mut weighted) = ([0.0; LANES], [0.0; LANES]);
    for (factors, offsets) in factors.iter().zip(offsets) {
        for lane in 0..LANES {
            sums[lane] += f64::from(factors[lane]);
            weighted[lane] += f64::from(factors[lane]) * offsets[lane];
        }
    }
    for ((&factor, offset), lane) in factors_rest.iter().zip(offsets_rest).zip(0..) {
        sums[lane] += f64::from(factor);
        weighted[lane] += f64::from(factor) * offset;
    }
    (sums.iter().sum(), weighted.iter().sum())
}

/// Some features of all rows in the order of the matrix, their means taken out.
fn panel(features: &Features<'_>, start: usize, width: usize) -> Vec<f32> {
    let order = features.order.rows();
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
