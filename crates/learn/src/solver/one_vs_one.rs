//! One-vs-one SVMs.

use std::ops::ControlFlow;

use heads::{FitError, OneVsOnePoint, PathOptions, PathProblem, solve_one_vs_one_path};

use super::solve::{FoldPoint, HeadFit, OnPoint};

pub(super) fn solve_folds(
    problem: &PathProblem<'_>,
    options: &PathOptions,
    on_point: &mut OnPoint<'_>,
) -> Result<(), FitError> {
    solve_one_vs_one_path(problem, options, &mut |point| {
        let OneVsOnePoint { reports, held_out_scores, .. } = point;
        on_point(FoldPoint { reports, held_out_scores })
    })
}

pub(super) fn fit(problem: &PathProblem<'_>, options: &PathOptions) -> Result<HeadFit, FitError> {
    let mut fitted = None;
    solve_one_vs_one_path(problem, options, &mut |mut point| {
        let head = point.heads.pop().expect("heads were asked for");
        fitted = Some(HeadFit::new(head, point.reports[0]));
        ControlFlow::Continue(())
    })?;
    Ok(fitted.expect("a path has a point for each C"))
}
