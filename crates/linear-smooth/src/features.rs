//! Products with the features themselves, read a block of rows at a time.

use std::{ops::Range, sync::Mutex};

use faer::{Accum, MatMut, MatRef};
use linear_problem::{FeatureRows, FitError};
use ndarray::ArrayView2;
use rayon::prelude::*;
use simd::{Buffer, Level};

use super::{
    Intercept,
    block_matrix::{BLOCK_ROWS, BlockMatrix, block_rows},
    columns::{Columns, dot, sum},
    group::Group,
    order::{Order, Tile},
    products::multiply,
};

/// Parts whose sums are added up at the end; more than one so that threads can share the work, a
/// fixed number so that the sums do not depend on how many threads there are.
const PARTS: usize = 8;

/// Rows `x_i - shift` with a last feature of 1.
///
/// A vector has coordinates `[n_features + 1]`, the intercept last. Where the intercept is not
/// penalized, `shift` is the mean of the rows: it takes the largest eigenvalue out of the problem
/// and changes nothing but the intercept.
pub(super) struct Features<'a> {
    rows: &'a dyn FeatureRows,
    pub(super) order: Order,
    /// The rows in their order; without it they are read as they come.
    copy: Option<Buffer>,
    pub(super) shift: Vec<f32>,
    /// The mean of the rows, shifted or not.
    pub(super) mean: Vec<f32>,
    /// The mean of `||x_i - shift||^2`, the last feature included where it is penalized.
    pub(super) mean_square: f64,
    pub(super) intercept: Intercept,
    pub(super) level: Level,
    /// The sums of each part, kept from one call to the next: fresh memory costs page faults.
    parts: Mutex<Vec<Columns>>,
}

impl<'a> Features<'a> {
    /// Reads the rows once: for their mean, and to check them. [`Self::copy_rows`] is needed before
    /// products in another order than the rows'.
    ///
    /// # Errors
    /// [`FitError::NotFinite`].
    pub(super) fn new(
        rows: &'a dyn FeatureRows,
        order: Order,
        intercept: Intercept,
        level: Level,
    ) -> Result<Self, FitError> {
        let Moments { mean, mean_square } = moments(rows)?;
        let (shift, mean_square) = match intercept {
            Intercept::Unpenalized => (mean.clone(), mean_square - dot(&mean, &mean)),
            Intercept::Penalized => (vec![0.0; mean.len()], mean_square + 1.0),
        };
        let (copy, parts) = (None, Mutex::default());
        Ok(Self { rows, order, copy, mean, shift, mean_square, intercept, level, parts })
    }

    /// Copies the rows in their order.
    ///
    /// # Errors
    /// [`FitError::OutOfMemory`].
    pub(super) fn copy_rows(&mut self) -> Result<(), FitError> {
        let d = self.n_features();
        let mut copy = Buffer::zeros(self.n_samples() * d)?;
        copy.as_mut_slice().par_chunks_mut(d).zip(self.order.rows()).for_each_init(
            Vec::new,
            |buffer, (out, &row)| {
                let row = self.rows.block(row..row + 1, buffer);
                out.copy_from_slice(row.as_slice().expect("a block is in row-major order"));
            },
        );
        self.copy = Some(copy);
        Ok(())
    }

    pub(super) fn n_samples(&self) -> usize {
        self.rows.n_samples()
    }

    pub(super) fn n_features(&self) -> usize {
        self.rows.n_features()
    }

    /// The rows themselves.
    pub(super) fn rows(&self) -> &'a dyn FeatureRows {
        self.rows
    }

    /// A block of rows in their order.
    fn block<'b>(&'b self, block: usize, buffer: &'b mut Vec<f32>) -> ArrayView2<'b, f32> {
        let Some(copy) = &self.copy else { return block_of(self.rows, block, buffer) };
        let (d, len) = (self.n_features(), block_rows(self.n_samples(), block));
        let rows = &copy.as_slice()[block * BLOCK_ROWS * d..][..len * d];
        ArrayView2::from_shape((len, d), rows).expect("whole rows")
    }

    /// Scores `(x_i - shift) . w + b` of each column `(w, b)`, of the rows that it is trained on; 0
    /// where its fold is known to hold out rows.
    pub(super) fn scores(&self, vectors: &Columns, groups: &[Group], out: &mut BlockMatrix) {
        out.resize(self.n_samples(), vectors.n_columns());
        self.order.clear_left_out(groups, out);
        self.multiply(vectors, |rows| self.order.tiles(groups, rows), out);
    }

    /// Sets the scores of rows that folds are known to hold out, and leaves the others as they are.
    pub(super) fn complete_scores(
        &self,
        vectors: &Columns,
        groups: &[Group],
        scores: &mut BlockMatrix,
    ) {
        let left_out = |rows: &Range<usize>| {
            let tile = |group: &Group| Tile {
                rows: self.order.left_out(group.fold, rows),
                columns: group.columns.clone(),
            };
            groups.iter().map(tile).filter(|tile| !tile.rows.is_empty()).collect()
        };
        self.multiply(vectors, left_out, scores);
    }

    /// Sets the scores in those tiles of each block of rows.
    fn multiply(
        &self,
        vectors: &Columns,
        tiles: impl Fn(&Range<usize>) -> Vec<Tile> + Sync,
        out: &mut BlockMatrix,
    ) {
        let (n, d, m) = (self.n_samples(), self.n_features(), vectors.n_columns());
        let offset = |column: usize| {
            let (w, b) = vectors.column(column).split_at(d);
            (f64::from(b[0]) - dot(w, &self.shift)) as f32
        };
        let offsets: Vec<f32> = (0..m).map(offset).collect();
        out.par_blocks_mut().enumerate().for_each_init(Vec::new, |buffer, (block, out)| {
            let (start, len) = (block * BLOCK_ROWS, block_rows(n, block));
            let tiles = tiles(&(start..start + len));
            if tiles.is_empty() {
                return;
            }
            let x = self.block(block, buffer);
            for Tile { rows, columns } in tiles {
                let rows = rows.start - start..rows.end - start;
                for column in columns.clone() {
                    out[column * len..][rows.clone()].fill(offsets[column]);
                }
                let out = MatMut::from_column_major_slice_with_stride_mut(
                    &mut out[columns.start * len + rows.start..],
                    rows.len(),
                    columns.len(),
                    len,
                );
                let left = by_rows(&x).subrows(rows.start, rows.len());
                let right = vectors.matrix(columns).subrows(0, d);
                multiply(self.level, out, Accum::Add, left, right);
            }
        });
    }

    /// `sum_i r_i (x_i - shift)` and `sum_i r_i` for each column of residuals, which are 0 where a
    /// column's fold holds out rows.
    pub(super) fn weighted_rows(
        &self,
        residuals: &BlockMatrix,
        groups: &[Group],
        out: &mut Columns,
    ) {
        let (n, d, m) = (self.n_samples(), self.n_features(), residuals.n_columns());
        let level = self.level;
        let mut parts = self.parts.lock().expect("no call panicked");
        parts.resize_with(PARTS, Columns::default);
        parts.par_iter_mut().zip(part_blocks(n)).for_each_init(
            Vec::new,
            |buffer, (sums, blocks)| {
                sums.resize(d + 1, m);
                sums.values_mut().fill(0.0);
                for block in blocks {
                    let (start, len) = (block * BLOCK_ROWS, block_rows(n, block));
                    let x = self.block(block, buffer);
                    let residuals = residuals.block(block);
                    for (index, column) in residuals.chunks_exact(len).enumerate() {
                        let total = level.run(
                            #[inline(always)]
                            || sum(column),
                        );
                        sums.column_mut(index)[d] += total as f32;
                    }
                    for Tile { rows, columns } in self.order.tiles(groups, &(start..start + len)) {
                        let rows = rows.start - start..rows.end - start;
                        let right = MatRef::from_column_major_slice_with_stride(
                            &residuals[columns.start * len + rows.start..],
                            rows.len(),
                            columns.len(),
                            len,
                        );
                        let left = by_rows(&x).subrows(rows.start, rows.len()).transpose();
                        let out = sums.matrix_mut(columns).subrows_mut(0, d);
                        multiply(self.level, out, Accum::Add, left, right);
                    }
                }
            },
        );
        out.resize(d + 1, m);
        out.par_columns_mut().for_each(|(index, sum)| {
            sum.copy_from_slice(parts[0].column(index));
            for part in &parts[1..] {
                level.run(
                    #[inline(always)]
                    || add_scaled(sum, 1.0, part.column(index)),
                );
            }
            let (weights, total) = sum.split_at_mut(d);
            add_scaled(weights, -total[0], &self.shift);
        });
    }
}

/// The mean of the rows and of their squared norms.
struct Moments {
    mean: Vec<f32>,
    mean_square: f64,
}

fn moments(rows: &dyn FeatureRows) -> Result<Moments, FitError> {
    let (n, d) = (rows.n_samples(), rows.n_features());
    let parts: Vec<Result<(Vec<f64>, f64), FitError>> = part_blocks(n)
        .into_par_iter()
        .map(|blocks| {
            let (mut sum, mut squares, mut buffer) = (vec![0.0; d], 0.0, Vec::new());
            for block in blocks {
                let x = block_of(rows, block, &mut buffer);
                for (index, row) in x.rows().into_iter().enumerate() {
                    let row = row.to_slice().expect("a block is in row-major order");
                    if !row.iter().all(|value| value.is_finite()) {
                        return Err(FitError::NotFinite { row: block * BLOCK_ROWS + index });
                    }
                    for (sum, &value) in sum.iter_mut().zip(row) {
                        *sum += f64::from(value);
                    }
                    squares += dot(row, row);
                }
            }
            Ok((sum, squares))
        })
        .collect();
    let (mut sums, mut squares) = (vec![0.0; d], 0.0);
    for part in parts {
        let (sum, square) = part?;
        sums.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
        squares += square;
    }
    let n = n as f64;
    Ok(Moments {
        mean: sums.iter().map(|sum| (sum / n) as f32).collect(),
        mean_square: squares / n,
    })
}

/// `out += factor * values`.
#[inline(always)]
pub(super) fn add_scaled(out: &mut [f32], factor: f32, values: &[f32]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out += factor * value;
    }
}

/// The blocks of each part, contiguous.
fn part_blocks(n_rows: usize) -> Vec<Range<usize>> {
    let n_blocks = n_rows.div_ceil(BLOCK_ROWS);
    (0..PARTS).map(|part| part * n_blocks / PARTS..(part + 1) * n_blocks / PARTS).collect()
}

fn block_of<'a>(
    rows: &'a dyn FeatureRows,
    block: usize,
    buffer: &'a mut Vec<f32>,
) -> ArrayView2<'a, f32> {
    let start = block * BLOCK_ROWS;
    rows.block(start..start + block_rows(rows.n_samples(), block), buffer)
}

fn by_rows<'a>(x: &'a ArrayView2<'_, f32>) -> MatRef<'a, f32> {
    let values = x.as_slice().expect("a block is in row-major order");
    MatRef::from_row_major_slice(values, x.nrows(), x.ncols())
}
