use std::{borrow::Cow, ops::Range};

use faer::{
    Accum, Mat, MatMut, MatRef, Par,
    linalg::matmul::{
        matmul,
        triangular::{self, BlockStructure},
    },
};
use linear_problem::FeatureRows;
use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::dot::{add_scaled, dot};

/// Bytes that the matrix of inner products in f64 may take: 5,700 rows.
const LARGEST_MATRIX: usize = 1 << 28;

/// More rows than this for each feature: Newton steps are taken over features.
const ROWS_PER_FEATURE: usize = 4;

/// Rows that are multiplied at a time.
const BLOCK: usize = 256;

/// Parts of a sum over rows: a fixed number, so that the sum does not depend on how many threads there are.
const PARTS: usize = 8;

/// Rows of features, each followed by a feature 1.
pub struct Rows<'a> {
    /// `[n_samples, n_features]`, without the feature 1, row-major.
    x: Cow<'a, [f32]>,
    n_features: usize,
    /// `||x_i||^2` of each row, the feature 1 included.
    squared_norms: Vec<f64>,
    /// `x_i . x_j` with `i >= j` at `j * n_samples + i`, where Newton steps would compute them again and
    /// again.
    products: Option<Vec<f64>>,
}

impl Rows<'static> {
    /// A copy of all rows, with their inner products where that saves time.
    pub fn copied(rows: &dyn FeatureRows) -> Self {
        let mut buffer = Vec::new();
        let all = Rows::new(rows.block(0..rows.n_samples(), &mut buffer));
        let Rows { x, n_features, squared_norms, .. } = all;
        let x = Cow::Owned(x.into_owned());
        let mut copy = Self { x, n_features, squared_norms, products: None };
        copy.prepare_products();
        copy
    }
}

impl<'a> Rows<'a> {
    /// All rows of a block, which are in row-major order.
    pub(super) fn new(x: ArrayView2<'a, f32>) -> Self {
        let n_features = x.ncols();
        let square = |&value: &f32| f64::from(value).powi(2);
        let squared_norm = |row: ArrayView1<'_, f32>| 1.0 + row.iter().map(square).sum::<f64>();
        let squared_norms = x.rows().into_iter().map(squared_norm).collect();
        let x = Cow::Borrowed(x.to_slice().expect("a block is row-major"));
        Self { x, n_features, squared_norms, products: None }
    }

    /// Computes the inner products of all rows, where that saves time and memory allows it.
    fn prepare_products(&mut self) {
        let (n, d) = (self.n_rows(), self.n_features);
        let bytes = n.saturating_mul(n).saturating_mul(size_of::<f64>());
        if bytes > LARGEST_MATRIX || n > d.saturating_mul(ROWS_PER_FEATURE) {
            return;
        }
        let mut products = vec![0.0; n * n];
        products.par_chunks_mut(BLOCK * n).enumerate().for_each(|(block, columns)| {
            let first = block * BLOCK;
            let right = self.gather_range(first..(first + BLOCK).min(n));
            let right = MatRef::from_row_major_slice(&right, right.len() / (d + 1), d + 1);
            for start in (first..n).step_by(BLOCK) {
                let left = self.gather_range(start..(start + BLOCK).min(n));
                let left = MatRef::from_row_major_slice(&left, left.len() / (d + 1), d + 1);
                let out = MatMut::from_column_major_slice_with_stride_mut(
                    &mut columns[start..],
                    left.nrows(),
                    right.nrows(),
                    n,
                );
                matmul(out, Accum::Replace, left, right.transpose(), 1.0, Par::Seq);
            }
        });
        self.products = Some(products);
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.squared_norms.len()
    }

    /// Number of features, the feature 1 included.
    pub(super) fn width(&self) -> usize {
        self.n_features + 1
    }

    /// `||x_i||^2` of each row.
    pub(super) fn squared_norms(&self) -> &[f64] {
        &self.squared_norms
    }

    /// A row without its feature 1.
    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.x[row * self.n_features..][..self.n_features]
    }

    /// `w . x_i` of row `row`, for weights `[n_features + 1]`, the intercept last.
    pub fn score(&self, weights: &[f64], row: usize) -> f64 {
        let (weights, intercept) = weights.split_at(self.n_features);
        dot(weights, self.row(row)) + intercept[0]
    }

    /// `w += factor x_i`.
    pub(super) fn add_row(&self, weights: &mut [f64], factor: f64, row: usize) {
        let (weights, intercept) = weights.split_at_mut(self.n_features);
        add_scaled(weights, factor, self.row(row));
        intercept[0] += factor;
    }

    /// `sum_i betas_i x_i`.
    pub(super) fn combination(&self, betas: &[f64]) -> Vec<f64> {
        let mut weights = vec![0.0; self.width()];
        for (row, &beta) in betas.iter().enumerate().filter(|&(_, &beta)| beta != 0.0) {
            self.add_row(&mut weights, beta, row);
        }
        weights
    }

    /// The inner products of some rows, of which only the lower triangle may be read.
    pub(super) fn products_of(&self, rows: &[usize]) -> Mat<f64> {
        let n = rows.len();
        if let Some(products) = &self.products {
            let product = |i: usize, j: usize| products[rows[j] * self.n_rows() + rows[i]];
            return Mat::from_fn(n, n, |i, j| if i < j { 0.0 } else { product(i, j) });
        }
        let mut products = Mat::zeros(n, n);
        let gathered = self.gather(rows);
        let x = MatRef::from_row_major_slice(&gathered, n, self.width());
        add_symmetric_product(products.as_mut(), x);
        products
    }

    /// Adds the lower triangle of `sum_i factors_i x_i x_i'` over some rows.
    pub(super) fn add_outer_products(
        &self,
        rows: &[usize],
        factors: &[f64],
        mut out: MatMut<'_, f64>,
    ) {
        let width = self.width();
        for (rows, factors) in rows.chunks(BLOCK).zip(factors.chunks(BLOCK)) {
            let mut gathered = self.gather(rows);
            for (row, factor) in gathered.chunks_exact_mut(width).zip(factors) {
                let root = factor.sqrt();
                row.iter_mut().for_each(|value| *value *= root);
            }
            let x = MatRef::from_row_major_slice(&gathered, rows.len(), width);
            add_symmetric_product(out.as_mut(), x.transpose());
        }
    }

    /// Scores `[n_samples, n_classes]` of weights `[n_classes, n_features + 1]`.
    pub(super) fn multiply(&self, weights: &[f64], n_classes: usize) -> Vec<f64> {
        let weights = MatRef::from_column_major_slice(weights, self.width(), n_classes);
        let mut scores = vec![0.0; self.n_rows() * n_classes];
        scores.par_chunks_mut(BLOCK * n_classes).enumerate().for_each(|(block, scores)| {
            let n = scores.len() / n_classes;
            let x = self.gather_range(block * BLOCK..block * BLOCK + n);
            let x = MatRef::from_row_major_slice(&x, n, self.width());
            let out = MatMut::from_row_major_slice_mut(scores, n, n_classes);
            matmul(out, Accum::Replace, x, weights, 1.0, Par::Seq);
        });
        scores
    }

    /// `sum_i factors_i x_i` for each class: factors `[n_samples, n_classes]` to weights
    /// `[n_classes, n_features + 1]`.
    pub(super) fn multiply_transposed(&self, factors: &[f64], n_classes: usize) -> Vec<f64> {
        let n_blocks = self.n_rows().div_ceil(BLOCK);
        let parts = (0..PARTS).into_par_iter().map(|part| {
            let mut sums = vec![0.0; self.width() * n_classes];
            for block in part * n_blocks / PARTS..(part + 1) * n_blocks / PARTS {
                let rows = block * BLOCK..((block + 1) * BLOCK).min(self.n_rows());
                let x = self.gather_range(rows.clone());
                let x = MatRef::from_row_major_slice(&x, rows.len(), self.width());
                let factors = &factors[rows.start * n_classes..rows.end * n_classes];
                let factors = MatRef::from_row_major_slice(factors, rows.len(), n_classes);
                let out = MatMut::from_column_major_slice_mut(&mut sums, self.width(), n_classes);
                matmul(out, Accum::Add, x.transpose(), factors, 1.0, Par::Seq);
            }
            sums
        });
        let parts: Vec<Vec<f64>> = parts.collect();
        let sum = |at: usize| parts.iter().map(|part| part[at]).sum();
        (0..self.width() * n_classes).map(sum).collect()
    }

    /// Copies neighboring rows, with their feature 1.
    fn gather_range(&self, rows: Range<usize>) -> Vec<f64> {
        self.gather(&rows.collect::<Vec<_>>())
    }

    /// Copies rows, with their feature 1.
    fn gather(&self, rows: &[usize]) -> Vec<f64> {
        let mut gathered = Vec::with_capacity(rows.len() * self.width());
        for &row in rows {
            gathered.extend(self.row(row).iter().copied().map(f64::from));
            gathered.push(1.0);
        }
        gathered
    }
}

/// Adds the lower triangle of `x x'` to `out`.
fn add_symmetric_product(out: MatMut<'_, f64>, x: MatRef<'_, f64>) {
    triangular::matmul(
        out,
        BlockStructure::TriangularLower,
        Accum::Add,
        x,
        BlockStructure::Rectangular,
        x.transpose(),
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
}
