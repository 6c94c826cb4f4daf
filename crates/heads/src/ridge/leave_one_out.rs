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

use faer::{Accum, ColRef, Mat, MatRef, Par, linalg::matmul::matmul};
use ndarray::{Array2, ArrayViewMut2, Axis};
use rayon::prelude::*;

use super::{
    centered_rows::CenteredRows,
    coordinates::Coordinates,
    fold_fit::report,
    ignored_rows::IgnoredRows,
    problem::{SignedTargets, alpha},
    solve_path::check,
};
use crate::{ClassWeight, FeatureRows, FitError, PathPoint, Targets};

/// Rows that one thread computes.
const CHUNK_ROWS: usize = 256;

/// Scores `[n_samples, n_classes]` of each row by the ridge head of all other rows, for each C of `cs`.
///
/// Exact, from one decomposition of the features, which takes `n_samples * min(n_samples,
/// n_features)` numbers of memory. Class weights are those of all rows, also where they are
/// balanced. A class of a single row has none left for that row, which is no error here.
///
/// # Examples
///
/// ```
/// use heads::{ClassWeight, Targets, ridge_leave_one_out};
/// use ndarray::array;
///
/// let x = array![[0.0_f32, 1.0], [0.1, 1.0], [1.0, 0.2], [0.9, 0.0]];
/// let targets = Targets::Classes(&[0, 0, 1, 1]);
/// let scores = ridge_leave_one_out(&x.view(), targets, 2, &[1.0, 10.0], &ClassWeight::Uniform)?;
/// assert!(scores.iter().all(|of_c| of_c[[0, 0]] > of_c[[0, 1]]));
/// # Ok::<(), heads::FitError>(())
/// ```
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
    let problem = LeaveOneOut::new(Coordinates::new(&rows, &weights), targets, weights, &all_rows);
    for &c in cs {
        if on_point(problem.point(c, fold_of_row)).is_break() {
            break;
        }
    }
    Ok(())
}

/// Everything that does not depend on C.
struct LeaveOneOut<'a> {
    coordinates: Coordinates,
    targets: &'a SignedTargets,
    /// `[n_samples]`.
    weights: Vec<f64>,
    /// `P'` times the weighted targets, `[rank, n_classes]`.
    right: Mat<f64>,
    /// `q'` times the weighted targets, `[n_classes]`.
    constants: Vec<f64>,
    /// The ignored rows of each class, if there are any.
    ignored: Vec<Option<Vec<usize>>>,
}

impl<'a> LeaveOneOut<'a> {
    fn new(
        coordinates: Coordinates,
        targets: &'a SignedTargets,
        weights: Vec<f64>,
        all_rows: &[usize],
    ) -> Self {
        let y = Mat::from_fn(weights.len(), targets.y.ncols(), |row, class| {
            weights[row].sqrt() * targets.y[(row, class)]
        });
        let right = coordinates.p.transpose() * &y;
        let along_q =
            |y: ColRef<'_, f64>| -> f64 { y.iter().zip(&coordinates.q).map(|(y, q)| y * q).sum() };
        let constants = y.col_iter().map(along_q).collect();
        let mut ignored = vec![None; targets.y.ncols()];
        for (class, rows) in targets.ignored(all_rows) {
            ignored[class] = Some(rows);
        }
        Self { coordinates, targets, weights, right, constants, ignored }
    }

    /// Scores and objectives for one C.
    fn point(&self, c: f64, fold_of_row: &[usize]) -> PathPoint {
        let mut fit = self.fit(c);
        let changes: Vec<Option<Vec<f64>>> = (self.ignored.par_iter())
            .zip(fit.slopes.col_iter_mut().collect::<Vec<_>>())
            .zip(&mut fit.constants)
            .map(|((rows, slopes), constant)| {
                let rows = IgnoredRows::new(&self.coordinates, rows.as_ref()?, &fit.shrinkage);
                rows.impute(slopes, constant);
                Some(rows.leverages(&self.coordinates))
            })
            .collect();

        let mut held_out_scores = Array2::zeros((self.weights.len(), self.right.ncols()));
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
            self.coordinates.squares.iter().map(|square| 1.0 / (square + alpha(c))).collect();
        let slopes = Mat::from_fn(self.right.nrows(), self.right.ncols(), |j, class| {
            shrinkage[j] * self.right[(j, class)]
        });
        Fit { shrinkage, slopes, constants: self.constants.clone() }
    }

    /// Writes the scores of the rows from `start`.
    fn score_chunk(
        &self,
        start: usize,
        fit: &Fit,
        changes: &[Option<Vec<f64>>],
        mut scores: ArrayViewMut2<'_, f32>,
    ) -> ChunkLoss {
        let p = self.coordinates.p.subrows(start, scores.nrows());
        let mut fitted = Mat::zeros(scores.nrows(), scores.ncols());
        matmul(&mut fitted, Accum::Replace, p, &fit.slopes, 1.0, Par::Seq);
        let leverages = leverages(p, &fit.shrinkage);
        let mut loss = ChunkLoss { of_all: 0.0, of_rows: vec![0.0; scores.nrows()] };
        for (i, mut scores) in scores.rows_mut().into_iter().enumerate() {
            let row = start + i;
            let (q, weight) = (self.coordinates.q[row], self.weights[row]);
            let leverage = q * q + leverages[i];
            for (class, score) in scores.iter_mut().enumerate() {
                let y = self.targets.y[(row, class)];
                let value = (fitted[(i, class)] + q * fit.constants[class]) / weight.sqrt();
                if y == 0.0 {
                    // The row was never in this class's training.
                    *score = value as f32;
                    continue;
                }
                let change = changes[class].as_ref().map_or(0.0, |changes| changes[row]);
                let residual = (y - value) / (1.0 - leverage - change);
                *score = (y - residual) as f32;
                loss.of_all += weight * y * (y - value);
                loss.of_rows[i] += weight * (y - value) * residual;
            }
        }
        loss
    }
}

/// `H_ii` of rows with coordinates `p` `[n, rank]`, without the intercept's part.
fn leverages(p: MatRef<'_, f64>, shrinkage: &[f64]) -> Vec<f64> {
    let mut leverages = vec![0.0; p.nrows()];
    for (column, shrinkage) in p.col_iter().zip(shrinkage) {
        for (leverage, value) in leverages.iter_mut().zip(column.iter()) {
            *leverage += shrinkage * value * value;
        }
    }
    leverages
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
