//! Products with the features themselves, read a block of rows at a time.

use faer::{Accum, MatMut, MatRef};
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::{
    Intercept,
    block_matrix::{BLOCK_ROWS, BlockMatrix, block_rows},
    columns::{Columns, dot},
    products::Kernel,
};
use crate::{FeatureRows, FitError};

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
    pub(super) shift: Vec<f32>,
    /// The mean of the rows, shifted or not.
    pub(super) mean: Vec<f32>,
    /// The mean of `||x_i - shift||^2`, the last feature included where it is penalized.
    pub(super) mean_square: f64,
    pub(super) intercept: Intercept,
    pub(super) kernel: Kernel,
}

impl<'a> Features<'a> {
    /// Reads the rows once: for their mean, and to check them.
    ///
    /// # Errors
    /// [`FitError::NotFinite`].
    pub(super) fn new(
        rows: &'a dyn FeatureRows,
        intercept: Intercept,
        kernel: Kernel,
    ) -> Result<Self, FitError> {
        let Moments { mean, mean_square } = moments(rows)?;
        let (shift, mean_square) = match intercept {
            Intercept::Unpenalized => (mean.clone(), mean_square - dot(&mean, &mean)),
            Intercept::Penalized => (vec![0.0; mean.len()], mean_square + 1.0),
            Intercept::None => (vec![0.0; mean.len()], mean_square),
        };
        Ok(Self { rows, mean, shift, mean_square, intercept, kernel })
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

    /// Scores of every row: `(x_i - shift) . w + b` for each column `(w, b)`.
    pub(super) fn scores(&self, vectors: &Columns, out: &mut BlockMatrix) {
        let (n, d, m) = (self.n_samples(), self.n_features(), vectors.n_columns());
        out.resize(n, m);
        let offset = |column: usize| {
            let (w, b) = vectors.column(column).split_at(d);
            (f64::from(b[0]) - dot(w, &self.shift)) as f32
        };
        let offsets: Vec<f32> = (0..m).map(offset).collect();
        let weights = vectors.matrix(0..m).subrows(0, d);
        out.par_blocks_mut().enumerate().for_each_init(Vec::new, |buffer, (block, out)| {
            let x = block_of(self.rows, block, buffer);
            let len = x.nrows();
            for (column, &offset) in out.chunks_exact_mut(len).zip(&offsets) {
                column.fill(offset);
            }
            let out = MatMut::from_column_major_slice_mut(out, len, m);
            self.kernel.multiply(out, Accum::Add, by_rows(&x), weights);
        });
    }

    /// `sum_i r_i (x_i - shift)` and `sum_i r_i` for each column of residuals.
    pub(super) fn weighted_rows(&self, residuals: &BlockMatrix) -> Columns {
        let (n, d, m) = (self.n_samples(), self.n_features(), residuals.n_columns());
        let parts: Vec<Columns> = parts(n)
            .into_par_iter()
            .map(|blocks| {
                let (mut sums, mut buffer) = (Columns::zeros(d + 1, m), Vec::new());
                for block in blocks {
                    let x = block_of(self.rows, block, &mut buffer);
                    let (len, residuals) = (x.nrows(), residuals.block(block));
                    for (index, column) in residuals.chunks_exact(len).enumerate() {
                        sums.column_mut(index)[d] += column.iter().sum::<f32>();
                    }
                    let out = sums.matrix_mut(0..m).subrows_mut(0, d);
                    let residuals = MatRef::from_column_major_slice(residuals, len, m);
                    let transposed = by_rows(&x).transpose();
                    self.kernel.multiply(out, Accum::Add, transposed, residuals);
                }
                sums
            })
            .collect();
        let mut sums = Columns::zeros(d + 1, m);
        sums.par_columns_mut().for_each(|(index, sum)| {
            for part in &parts {
                add_scaled(sum, 1.0, part.column(index));
            }
            let (weights, total) = sum.split_at_mut(d);
            add_scaled(weights, -total[0], &self.shift);
            if self.intercept == Intercept::None {
                total[0] = 0.0;
            }
        });
        sums
    }
}

/// The mean of the rows and of their squared norms.
struct Moments {
    mean: Vec<f32>,
    mean_square: f64,
}

fn moments(rows: &dyn FeatureRows) -> Result<Moments, FitError> {
    let (n, d) = (rows.n_samples(), rows.n_features());
    let parts: Vec<Result<(Vec<f64>, f64), FitError>> = parts(n)
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
pub(super) fn add_scaled(out: &mut [f32], factor: f32, values: &[f32]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out += factor * value;
    }
}

/// The blocks of each part, contiguous.
fn parts(n_rows: usize) -> Vec<std::ops::Range<usize>> {
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
