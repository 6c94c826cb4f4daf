//! Nearest neighbors.

use head::Settings;
use heads::{
    FitError, FitReport, Fitted, Knn, KnnParams, KnnVote, PathProblem, knn_held_out_scores,
};
use linfa::ParamGuard;
use linfa::traits::Fit;

use super::one_by_one::{all_rows, dataset};
use super::solve::{FoldPoint, HeadFit, OnPoint};

pub(super) fn solve_folds(
    problem: &PathProblem<'_>,
    counts: &[usize],
    settings: &Settings,
    on_point: &mut OnPoint<'_>,
) -> Result<(), FitError> {
    let vote = params(settings).check()?.vote();
    let scores = knn_held_out_scores(problem, counts, vote)?;
    // Nothing is minimized: what the head's own fit reports.
    let report = FitReport { n_iter: 1, converged: true, objective: 0.0, residual: 0.0 };
    for held_out_scores in scores {
        let reports = vec![report; problem.folds.n_folds];
        if on_point(FoldPoint { reports, held_out_scores }).is_break() {
            break;
        }
    }
    Ok(())
}

pub(super) fn fit(
    problem: &PathProblem<'_>,
    n_neighbors: usize,
    settings: &Settings,
) -> Result<HeadFit, FitError> {
    let params = params(settings).n_neighbors(n_neighbors);
    let Fitted { head, report } = params.fit(&dataset(problem, &all_rows(problem))?)?;
    Ok(HeadFit::new(head, report))
}

fn params(settings: &Settings) -> KnnParams {
    Knn::params().vote(KnnVote::Exponential { temperature: settings.temperature() })
}
