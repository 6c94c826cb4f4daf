use linear_problem::check_finite;
use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::{
    KnnVote,
    nearest::{Nearest, Neighbor},
    unit_rows::{offer_all, unit_rows},
};
use crate::{FitError, Folds, ParamError, PathProblem, Targets};

/// Rows that one thread holds against all others; for each such block the features are read once.
const QUERY_ROWS: usize = 256;

/// Scores `[n_samples, n_classes]` of each row by the rows of the other folds, for each number of
/// neighbors.
///
/// A row that no fold holds out has zeros. Similarities are computed once for all numbers of
/// neighbors and never kept.
///
/// # Examples
///
/// ```
/// use heads::{Folds, KnnVote, PathProblem, Targets, knn_held_out_scores};
/// use ndarray::array;
///
/// let x = array![[0.0_f32, 1.0], [0.1, 1.0], [1.0, 0.2], [0.9, 0.0]];
/// let problem = PathProblem {
///     rows: &x.view(),
///     targets: Targets::Classes(&[0, 0, 1, 1]),
///     n_classes: 2,
///     folds: Folds { n_folds: 2, held_out_by: &[Some(0), Some(1), Some(0), Some(1)] },
/// };
/// let scores = knn_held_out_scores(&problem, &[1, 2], KnnVote::Uniform)?;
/// assert_eq!(scores[0].row(0), array![1.0, 0.0]);
/// assert_eq!(scores[1].row(0), array![0.5, 0.5]);
/// # Ok::<(), heads::FitError>(())
/// ```
///
/// # Errors
/// [`FitError::OneLabel`] for multi-label targets, [`FitError::TooFewNeighbors`] if a fold trains on
/// fewer rows than are to vote; otherwise [`FitError`] if features or labels cannot be used.
///
/// # Panics
/// If labels are not below `n_classes`, or folds are not of as many rows.
pub fn knn_held_out_scores(
    problem: &PathProblem<'_>,
    n_neighbors: &[usize],
    vote: KnnVote,
) -> Result<Vec<Array2<f32>>, FitError> {
    let labels = checked_labels(problem, n_neighbors, vote)?;
    let largest = n_neighbors.iter().copied().max().unwrap_or_default();
    let n_samples = problem.rows.n_samples();
    let starts: Vec<usize> = (0..n_samples).step_by(QUERY_ROWS).collect();
    let neighbors: Vec<Vec<Vec<Neighbor>>> = starts
        .par_iter()
        .map(|&start| nearest(problem, start..n_samples.min(start + QUERY_ROWS), largest))
        .collect();

    let score = |&count: &usize| {
        let mut scores = Array2::zeros((n_samples, problem.n_classes));
        let rows = scores.axis_iter_mut(Axis(0)).zip(neighbors.iter().flatten());
        for (mut row, nearest) in rows.filter(|(_, nearest)| !nearest.is_empty()) {
            let row = row.as_slice_mut().expect("a row of an array is contiguous");
            vote.write_shares(&nearest[..count], labels, row);
        }
        scores
    };
    Ok(n_neighbors.iter().map(score).collect())
}

/// The nearest rows of other folds for the rows of `range`; none for rows that no fold holds out.
fn nearest(
    problem: &PathProblem<'_>,
    range: std::ops::Range<usize>,
    n_neighbors: usize,
) -> Vec<Vec<Neighbor>> {
    let held_out_by = &problem.folds.held_out_by[range.clone()];
    let queries = unit_rows(problem.rows.block(range.clone(), &mut Vec::new()));
    let mut nearest: Vec<_> = range.map(|_| Nearest::new(n_neighbors)).collect();
    offer_all(&queries, problem.rows, &mut nearest, |query, row| {
        held_out_by[query].is_some() && held_out_by[query] != problem.folds.held_out_by[row]
    });
    nearest.into_iter().map(Nearest::into_sorted).collect()
}

/// The labels of a problem that nearest neighbors can be asked about.
fn checked_labels<'a>(
    problem: &PathProblem<'a>,
    n_neighbors: &[usize],
    vote: KnnVote,
) -> Result<&'a [usize], FitError> {
    n_neighbors.iter().try_for_each(|&count| ParamError::check_n_neighbors(count))?;
    vote.check()?;
    let Targets::Classes(labels) = problem.targets else { return Err(FitError::OneLabel) };
    let rows = problem.rows.n_samples();
    if labels.len() != rows {
        return Err(FitError::ShapeMismatch { rows, labels: labels.len() });
    }
    assert!(labels.iter().all(|&label| label < problem.n_classes), "labels below n_classes");
    check_folds(problem.folds, labels, problem.n_classes, n_neighbors)?;
    check_finite(problem.rows)?;
    Ok(labels)
}

fn check_folds(
    folds: Folds<'_>,
    labels: &[usize],
    n_classes: usize,
    n_neighbors: &[usize],
) -> Result<(), FitError> {
    assert_eq!(folds.held_out_by.len(), labels.len(), "rows of the folds");
    let asked = n_neighbors.iter().copied().max().unwrap_or_default();
    if n_classes < 2 {
        return Err(FitError::OneClass);
    }
    for fold in 0..folds.n_folds {
        let mut counts = vec![0_usize; n_classes];
        for (&label, _) in
            labels.iter().zip(folds.held_out_by).filter(|(_, held)| **held != Some(fold))
        {
            counts[label] += 1;
        }
        if let Some(class) = counts.iter().position(|&count| count == 0) {
            return Err(FitError::MissingClass { class });
        }
        let got = counts.iter().sum();
        if got < asked {
            return Err(FitError::TooFewNeighbors { asked, got });
        }
    }
    Ok(())
}
