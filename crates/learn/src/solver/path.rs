//! Linear heads: regularization paths, and SMO for one head.

use std::ops::ControlFlow;

use head::Settings;
use heads::{FitError, Fitted, PathLoss, PathOptions, PathPoint, PathProblem, Smo, solve_path};
use linfa::traits::Fit;

use super::one_by_one::{all_rows, dataset};
use super::solve::{FoldPoint, HeadFit, OnPoint};

pub(super) fn solve_folds(
    problem: &PathProblem<'_>,
    loss: PathLoss,
    options: &PathOptions,
    on_point: &mut OnPoint<'_>,
) -> Result<(), FitError> {
    solve_path(problem, loss, options, &mut |point| {
        let PathPoint { reports, held_out_scores, .. } = point;
        on_point(FoldPoint { reports, held_out_scores })
    })
}

pub(super) fn fit(
    problem: &PathProblem<'_>,
    loss: PathLoss,
    options: &PathOptions,
) -> Result<HeadFit, FitError> {
    let mut fitted = None;
    solve_path(problem, loss, options, &mut |mut point| {
        let head = point.heads.pop().expect("heads were asked for");
        fitted = Some(HeadFit::new(head, point.reports[0]));
        ControlFlow::Continue(())
    })?;
    Ok(fitted.expect("a path has a point for each C"))
}

pub(super) fn fit_smo(
    problem: &PathProblem<'_>,
    c: f64,
    settings: &Settings,
) -> Result<HeadFit, FitError> {
    let mut params = Smo::params().c(c);
    if let Some(tol) = settings.tol {
        params = params.tol(tol);
    }
    let Fitted { head, report } = params.fit(&dataset(problem, &all_rows(problem))?)?;
    Ok(HeadFit::new(head, report))
}
