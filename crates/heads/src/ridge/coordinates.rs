use faer::{
    Accum, Mat, MatRef, Par, Side,
    linalg::{matmul::matmul, solvers::SelfAdjointEigen},
};
use rayon::prelude::*;

use super::{centered_rows::CenteredRows, kernel::Kernel, moments::Moments};

/// Rows that one thread computes.
const CHUNK_ROWS: usize = 256;

/// Weighted rows about their weighted mean, in the directions of their own eigenvectors.
pub(super) struct Coordinates {
    /// `P`, `[n_samples, rank]`.
    pub(super) p: Mat<f64>,
    /// `s^2`, `[rank]`: the squared lengths of the columns of `P`.
    pub(super) squares: Vec<f64>,
    /// `q`, `[n_samples]`: the direction of the intercept, of length 1.
    pub(super) q: Vec<f64>,
}

impl Coordinates {
    /// The coordinates of rows about the mean by `weights` `[n_samples]`.
    pub(super) fn new(rows: &CenteredRows<'_>, weights: &[f64]) -> Self {
        let (p, squares) = if weights.len() <= rows.n_features() {
            by_rows(rows, weights)
        } else {
            by_features(rows, weights)
        };
        let total: f64 = weights.iter().sum();
        Self { p, squares, q: weights.iter().map(|weight| (weight / total).sqrt()).collect() }
    }
}

/// `P` and `s^2` from the eigenvectors of `Z Z'`.
fn by_rows(rows: &CenteredRows<'_>, weights: &[f64]) -> (Mat<f64>, Vec<f64>) {
    let kernel = Kernel::new(rows, weights.len(), |row| weights[row].sqrt());
    let eigen = eigen(kernel.lower());
    let squares = squares(&eigen);
    let u = eigen.U();
    (Mat::from_fn(u.nrows(), u.ncols(), |i, j| u[(i, j)] * squares[j].sqrt()), squares)
}

/// `P` and `s^2` from the eigenvectors of `Z'Z`.
fn by_features(rows: &CenteredRows<'_>, weights: &[f64]) -> (Mat<f64>, Vec<f64>) {
    let (n_samples, n_features) = (weights.len(), rows.n_features());
    let all_rows: Vec<usize> = (0..n_samples).collect();
    let no_targets = Mat::zeros(n_samples, 0);
    let moments = Moments::new(rows, no_targets.as_ref(), &all_rows, weights);
    let eigen = eigen(moments.gram().submatrix(0, 0, n_features, n_features));
    let blocks: Vec<Mat<f64>> = all_rows
        .par_chunks(CHUNK_ROWS)
        .map(|indices| {
            let gathered = rows.gather(indices, |row| weights[row].sqrt());
            let z = rows.matrix(&gathered).subcols(0, n_features);
            let mut block = Mat::zeros(indices.len(), n_features);
            matmul(&mut block, Accum::Replace, z, eigen.U(), 1.0, Par::Seq);
            block
        })
        .collect();
    let mut p = Mat::zeros(n_samples, n_features);
    for (chunk, block) in blocks.iter().enumerate() {
        p.subrows_mut(chunk * CHUNK_ROWS, block.nrows()).copy_from(block);
    }
    (p, squares(&eigen))
}

fn eigen(matrix: MatRef<'_, f64>) -> SelfAdjointEigen<f64> {
    SelfAdjointEigen::new(matrix, Side::Lower).expect("finite symmetric matrices have eigenvectors")
}

/// The eigenvalues, without those that rounding made negative.
fn squares(eigen: &SelfAdjointEigen<f64>) -> Vec<f64> {
    eigen.S().column_vector().iter().map(|&square| square.max(0.0)).collect()
}
