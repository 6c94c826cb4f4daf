//! Scores of every row by the fit on all other rows, for all C from one decomposition.
//!
//! Let `H` take weighted targets to weighted fitted values. With rows `z` about their weighted mean
//! and `P` their coordinates in the eigenvectors of `Z'Z` (or `Z Z'`), whose eigenvalues are `s^2`,
//!
//! ```text
//! H = q q' + P diag(1 / (s^2 + alpha)) P'
//! ```
//!
//! with `q` the unit vector of the intercept. A row without itself in training has the residual
//! `(y_i - f_i) / (1 - H_ii)`.

use std::ops::ControlFlow;

use faer::{
    Accum, ColMut, ColRef, Mat, MatRef, Par, Side,
    linalg::{
        matmul::matmul,
        solvers::{PartialPivLu, SelfAdjointEigen},
    },
    prelude::Solve,
};
use ndarray::{Array2, ArrayViewMut2, Axis};
use rayon::prelude::*;

use super::{
    centered_rows::CenteredRows,
    fold_fit::report,
    kernel::Kernel,
    moments::Moments,
    problem::{SignedTargets, alpha},
    solve_path::check,
};
use crate::{ClassWeight, FeatureRows, FitError, PathPoint, Targets};

/// Rows that one thread computes.
const CHUNK_ROWS: usize = 256;

/// Scores `[n_samples, n_classes]` of each row by the ridge head of all other rows, for each C.
///
/// Exact, from one decomposition of the features, which takes `n_samples * min(n_samples,
/// n_features)` numbers of memory. Class weights are those of all rows, also where they are
/// balanced. A class of a single row has none left for that row, which is no error here.
///
/// # Errors
/// [`FitError`] if features, labels or parameters cannot be used; see its variants.
///
/// # Panics
/// If labels are not below `n_classes`, or multi-label targets have another number of columns.
pub fn ridge_leave_one_out(
    rows: &dyn FeatureRows,
    targets: Targets<'_>,
    n_classes: usize,
    cs: &[f64],
    class_weight: &ClassWeight,
) -> Result<Vec<Array2<f32>>, FitError> {
    check(cs, class_weight)?;
    let targets = SignedTargets::new(targets, rows.n_samples(), n_classes)?;
    let mut scores = Vec::new();
    let fold_of_row: Vec<usize> = (0..rows.n_samples()).collect();
    solve_path(rows, &targets, &fold_of_row, cs, class_weight, &mut |point| {
        scores.push(point.held_out_scores);
        ControlFlow::Continue(())
    })?;
    Ok(scores)
}

/// [`ridge_leave_one_out`] as a path; fold `fold_of_row[i]` holds out row `i` alone.
pub(super) fn solve_path(
    rows: &dyn FeatureRows,
    targets: &SignedTargets,
    fold_of_row: &[usize],
    cs: &[f64],
    class_weight: &ClassWeight,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    let all_rows: Vec<usize> = (0..rows.n_samples()).collect();
    let weights = targets.weights(&all_rows, class_weight)?;
    let rows = CenteredRows::new(rows, &weights)?;
    let decomposition = Decomposition::new(&rows, targets, weights, &all_rows);
    for &c in cs {
        if on_point(decomposition.point(c, fold_of_row)).is_break() {
            break;
        }
    }
    Ok(())
}

/// Everything that does not depend on C.
struct Decomposition<'a> {
    targets: &'a SignedTargets,
    /// Square roots of the rows' weights, `[n_samples]`.
    roots: Vec<f64>,
    /// `q`, `[n_samples]`.
    intercept: Vec<f64>,
    /// `P`, `[n_samples, rank]`.
    coordinates: Mat<f64>,
    /// `s^2`, `[rank]`.
    spectrum: Vec<f64>,
    /// `P'` times the weighted targets, `[rank, n_classes]`.
    right: Mat<f64>,
    /// `q'` times the weighted targets, `[n_classes]`.
    right_intercept: Vec<f64>,
    /// The ignored rows of each class, if there are any.
    ignored: Vec<Option<Vec<usize>>>,
}

impl<'a> Decomposition<'a> {
    fn new(
        rows: &CenteredRows<'_>,
        targets: &'a SignedTargets,
        weights: Vec<f64>,
        all_rows: &[usize],
    ) -> Self {
        let total: f64 = weights.iter().sum();
        let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
        let intercept: Vec<f64> = roots.iter().map(|root| root / total.sqrt()).collect();
        let (coordinates, spectrum) = if roots.len() <= rows.n_features() {
            coordinates_by_rows(rows, &roots)
        } else {
            coordinates_by_features(rows, targets, &weights, all_rows)
        };
        let y = Mat::from_fn(roots.len(), targets.y.ncols(), |row, class| {
            roots[row] * targets.y[(row, class)]
        });
        let right = coordinates.transpose() * &y;
        let right_intercept = y
            .col_iter()
            .map(|column| column.iter().zip(&intercept).map(|(y, q)| y * q).sum())
            .collect();
        let mut ignored = vec![None; targets.y.ncols()];
        for (class, rows) in targets.ignored(all_rows) {
            ignored[class] = Some(rows);
        }
        Self { targets, roots, intercept, coordinates, spectrum, right, right_intercept, ignored }
    }

    /// Scores and objectives for one C.
    fn point(&self, c: f64, fold_of_row: &[usize]) -> PathPoint {
        let mut fit = self.fit(c);
        let changes: Vec<Option<Vec<f64>>> = (self.ignored.par_iter())
            .zip(fit.slopes.col_iter_mut().collect::<Vec<_>>())
            .zip(&mut fit.constants)
            .map(|((rows, slopes), constant)| {
                let rows = IgnoredRows::new(self, rows.as_ref()?, &fit.shrinkage);
                rows.impute(&fit.shrinkage, slopes, constant);
                Some(rows.leverages(self, &fit.shrinkage))
            })
            .collect();

        let mut held_out_scores = Array2::zeros((self.roots.len(), self.right.ncols()));
        let losses: Vec<ChunkLoss> = held_out_scores
            .axis_chunks_iter_mut(Axis(0), CHUNK_ROWS)
            .collect::<Vec<_>>()
            .into_par_iter()
            .enumerate()
            .map(|(chunk, scores)| self.score_chunk(chunk * CHUNK_ROWS, &fit, &changes, scores))
            .collect();
        let total: f64 = losses.iter().map(|loss| loss.of_all).sum();
        let of_rows = losses.iter().flat_map(|loss| &loss.of_rows);
        let mut reports = vec![report(0.0); fold_of_row.len()];
        for (&fold, of_row) in fold_of_row.iter().zip(of_rows) {
            reports[fold] = report(c * (total - of_row));
        }
        PathPoint { c, reports, held_out_scores, heads: Vec::new() }
    }

    /// The fit to all rows, with targets 0 for ignored entries.
    fn fit(&self, c: f64) -> Fit {
        let shrinkage: Vec<f64> =
            self.spectrum.iter().map(|square| 1.0 / (square + alpha(c))).collect();
        let slopes = Mat::from_fn(self.right.nrows(), self.right.ncols(), |j, class| {
            shrinkage[j] * self.right[(j, class)]
        });
        Fit { shrinkage, slopes, constants: self.right_intercept.clone() }
    }

    /// Writes the scores of the rows from `start`.
    fn score_chunk(
        &self,
        start: usize,
        fit: &Fit,
        changes: &[Option<Vec<f64>>],
        mut scores: ArrayViewMut2<'_, f32>,
    ) -> ChunkLoss {
        let p = self.coordinates.subrows(start, scores.nrows());
        let mut fitted = Mat::zeros(scores.nrows(), scores.ncols());
        matmul(&mut fitted, Accum::Replace, p, &fit.slopes, 1.0, Par::Seq);
        let mut loss = ChunkLoss { of_all: 0.0, of_rows: vec![0.0; scores.nrows()] };
        for (i, mut scores) in scores.rows_mut().into_iter().enumerate() {
            let row = start + i;
            let q = self.intercept[row];
            let own = fit.shrinkage.iter().enumerate().map(|(j, d)| d * p[(i, j)].powi(2));
            let leverage = q * q + own.sum::<f64>();
            for (class, score) in scores.iter_mut().enumerate() {
                let y = self.targets.y[(row, class)];
                let value = (fitted[(i, class)] + q * fit.constants[class]) / self.roots[row];
                if y == 0.0 {
                    // The row was never in this class's training.
                    *score = value as f32;
                    continue;
                }
                let change = changes[class].as_ref().map_or(0.0, |changes| changes[row]);
                let residual = (y - value) / (1.0 - leverage - change);
                *score = (y - residual) as f32;
                let weight = self.roots[row].powi(2);
                loss.of_all += weight * y * (y - value);
                loss.of_rows[i] += weight * (y - value) * residual;
            }
        }
        loss
    }
}

/// A fit to all rows.
struct Fit {
    /// `1 / (s^2 + alpha)`, `[rank]`.
    shrinkage: Vec<f64>,
    /// `[rank, n_classes]`: weighted fitted values are `P slopes + q constants'`.
    slopes: Mat<f64>,
    /// `[n_classes]`.
    constants: Vec<f64>,
}

/// Objectives divided by C, of a chunk of rows, summed over the classes.
struct ChunkLoss {
    /// The rows' part of the objective of the fit to all rows.
    of_all: f64,
    /// By how much the objective falls without each row.
    of_rows: Vec<f64>,
}

/// The ignored rows of one class, weighted.
struct IgnoredRows {
    /// `P` of these rows, `[ignored, rank]`.
    coordinates: Mat<f64>,
    /// `q` of these rows, `[ignored]`.
    intercept: Vec<f64>,
    /// `1 - H` between these rows, factored.
    own_share: PartialPivLu<f64>,
}

impl IgnoredRows {
    fn new(all: &Decomposition<'_>, rows: &[usize], shrinkage: &[f64]) -> Self {
        let coordinates =
            Mat::from_fn(rows.len(), shrinkage.len(), |i, j| all.coordinates[(rows[i], j)]);
        let intercept: Vec<f64> = rows.iter().map(|&row| all.intercept[row]).collect();
        let shrunk = shrunk_transpose(&coordinates, shrinkage);
        let product = &coordinates * &shrunk;
        let own_share = Mat::from_fn(rows.len(), rows.len(), |i, j| {
            let identity = if i == j { 1.0 } else { 0.0 };
            identity - intercept[i] * intercept[j] - product[(i, j)]
        });
        Self { coordinates, intercept, own_share: PartialPivLu::new(own_share.as_ref()) }
    }

    /// Gives the rows the targets that the class's fit predicts for them.
    fn impute(&self, shrinkage: &[f64], mut slopes: ColMut<'_, f64>, constant: &mut f64) {
        let product = &self.coordinates * slopes.as_ref();
        let fitted = Mat::from_fn(self.intercept.len(), 1, |i, _| {
            product[i] + self.intercept[i] * *constant
        });
        let imputed = self.own_share.solve(fitted);
        let change = shrunk_transpose(&self.coordinates, shrinkage) * &imputed;
        slopes += change.col(0);
        *constant +=
            self.intercept.iter().zip(imputed.col(0).iter()).map(|(q, y)| q * y).sum::<f64>();
    }

    /// By how much the class's `H_ii` of each row is larger than that of the classes that ignore
    /// nothing, `[n_samples]`.
    fn leverages(&self, all: &Decomposition<'_>, shrinkage: &[f64]) -> Vec<f64> {
        let product = &all.coordinates * shrunk_transpose(&self.coordinates, shrinkage);
        let shares = Mat::from_fn(self.intercept.len(), all.intercept.len(), |i, row| {
            product[(row, i)] + all.intercept[row] * self.intercept[i]
        });
        let solved = self.own_share.solve(&shares);
        let dot = |(a, b): (ColRef<'_, f64>, ColRef<'_, f64>)| {
            a.iter().zip(b.iter()).map(|(a, b)| a * b).sum()
        };
        shares.col_iter().zip(solved.col_iter()).map(dot).collect()
    }
}

/// `diag(shrinkage) P'`.
fn shrunk_transpose(coordinates: &Mat<f64>, shrinkage: &[f64]) -> Mat<f64> {
    Mat::from_fn(shrinkage.len(), coordinates.nrows(), |j, i| shrinkage[j] * coordinates[(i, j)])
}

fn eigen(matrix: MatRef<'_, f64>) -> SelfAdjointEigen<f64> {
    SelfAdjointEigen::new(matrix, Side::Lower).expect("finite symmetric matrices have eigenvectors")
}

/// `P` and `s^2` from the eigenvectors of `Z Z'`.
fn coordinates_by_rows(rows: &CenteredRows<'_>, roots: &[f64]) -> (Mat<f64>, Vec<f64>) {
    let kernel = Kernel::new(rows, roots.len(), |row| roots[row]);
    let eigen = eigen(kernel.lower());
    let spectrum: Vec<f64> =
        eigen.S().column_vector().iter().map(|&square| square.max(0.0)).collect();
    let u = eigen.U();
    let scaled = Mat::from_fn(u.nrows(), u.ncols(), |i, j| u[(i, j)] * spectrum[j].sqrt());
    (scaled, spectrum)
}

/// `P` and `s^2` from the eigenvectors of `Z'Z`.
fn coordinates_by_features(
    rows: &CenteredRows<'_>,
    targets: &SignedTargets,
    weights: &[f64],
    all_rows: &[usize],
) -> (Mat<f64>, Vec<f64>) {
    let n_features = rows.n_features();
    let moments = Moments::new(rows, targets.y.as_ref(), all_rows, weights);
    let eigen = eigen(moments.gram().submatrix(0, 0, n_features, n_features));
    let spectrum = eigen.S().column_vector().iter().map(|&square| square.max(0.0)).collect();
    let blocks: Vec<_> = all_rows
        .par_chunks(CHUNK_ROWS)
        .map(|indices| {
            let gathered = rows.gather(indices, |row| weights[row].sqrt());
            let mut block = Mat::zeros(indices.len(), n_features);
            let z = rows.matrix(&gathered).subcols(0, n_features);
            matmul(&mut block, Accum::Replace, z, eigen.U(), 1.0, Par::Seq);
            block
        })
        .collect();
    let mut coordinates = Mat::zeros(all_rows.len(), n_features);
    for (chunk, block) in blocks.iter().enumerate() {
        coordinates.subrows_mut(chunk * CHUNK_ROWS, block.nrows()).copy_from(block);
    }
    (coordinates, spectrum)
}
