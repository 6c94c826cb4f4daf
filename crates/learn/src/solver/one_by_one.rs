//! Fits that share nothing: every fold and every number for itself.

use heads::{FeatureRows, FitError, Folds, PathProblem};
use linfa::DatasetBase;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::solve::{FoldPoint, HeadFit, OnPoint, labels};

/// Fits a head for each fold, number after number, and scores the rows that the fold holds
/// out. `fit` is given the rows to train on.
pub(super) fn solve_folds(
    problem: &PathProblem<'_>,
    numbers: &[f64],
    fit: impl Fn(f64, &[usize]) -> Result<HeadFit, FitError> + Sync,
    on_point: &mut OnPoint<'_>,
) -> Result<(), FitError> {
    let rows_of = |is_wanted: &dyn Fn(Option<usize>) -> bool| -> Vec<usize> {
        let Folds { held_out_by, .. } = problem.folds;
        (0..held_out_by.len()).filter(|&row| is_wanted(held_out_by[row])).collect()
    };
    for &number in numbers {
        let of_fold = |fold: usize| {
            let fitted = fit(number, &rows_of(&|by| by != Some(fold)))?;
            let held_out = rows_of(&|by| by == Some(fold));
            let scores = fitted.head.decision_function(gather(problem.rows, &held_out).view());
            Ok((fitted.record.report, held_out, scores))
        };
        let folds = (0..problem.folds.n_folds).into_par_iter().map(of_fold);
        let folds = folds.collect::<Result<Vec<_>, FitError>>()?;
        let mut held_out_scores = Array2::zeros((problem.rows.n_samples(), problem.n_classes));
        let mut reports = Vec::with_capacity(folds.len());
        for (report, held_out, scores) in folds {
            reports.push(report);
            for (row, scores) in held_out.into_iter().zip(scores.rows()) {
                held_out_scores.row_mut(row).assign(&scores);
            }
        }
        if on_point(FoldPoint { reports, held_out_scores }).is_break() {
            break;
        }
    }
    Ok(())
}

/// All rows of a problem.
pub(super) fn all_rows(problem: &PathProblem<'_>) -> Vec<usize> {
    (0..problem.rows.n_samples()).collect()
}

/// Some rows of a problem with their labels.
pub(super) fn dataset(
    problem: &PathProblem<'_>,
    indices: &[usize],
) -> Result<DatasetBase<Array2<f32>, Array1<usize>>, FitError> {
    let labels = labels(problem)?;
    let of_rows = indices.iter().map(|&row| labels[row]).collect();
    Ok(DatasetBase::new(gather(problem.rows, indices), of_rows))
}

/// Features of some rows, `[indices.len(), n_features]`.
fn gather(rows: &dyn FeatureRows, indices: &[usize]) -> Array2<f32> {
    let mut gathered = Array2::zeros((indices.len(), rows.n_features()));
    let mut buffer = Vec::new();
    for (mut to, &row) in gathered.rows_mut().into_iter().zip(indices) {
        to.assign(&rows.block(row..row + 1, &mut buffer).row(0));
    }
    gathered
}
