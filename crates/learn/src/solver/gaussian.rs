//! SVMs with a Gaussian kernel.

use head::Settings;
use heads::{FitError, Fitted, Gamma, GaussianSvm, PathProblem};
use linfa::traits::Fit;

use super::one_by_one::{self, all_rows, dataset};
use super::solve::{HeadFit, OnPoint};

pub(super) fn solve_folds(
    problem: &PathProblem<'_>,
    cs: &[f64],
    settings: &Settings,
    on_point: &mut OnPoint<'_>,
) -> Result<(), FitError> {
    let fit = |c, rows: &[usize]| fit_rows(problem, c, settings, rows);
    one_by_one::solve_folds(problem, cs, fit, on_point)
}

pub(super) fn fit(
    problem: &PathProblem<'_>,
    c: f64,
    settings: &Settings,
) -> Result<HeadFit, FitError> {
    fit_rows(problem, c, settings, &all_rows(problem))
}

fn fit_rows(
    problem: &PathProblem<'_>,
    c: f64,
    settings: &Settings,
    rows: &[usize],
) -> Result<HeadFit, FitError> {
    let mut params = GaussianSvm::params().c(c);
    if let Some(tol) = settings.tol {
        params = params.tol(tol);
    }
    if let Some(gamma) = settings.gamma {
        params = params.gamma(Gamma::Given(gamma));
    }
    let Fitted { head, report } = params.fit(&dataset(problem, rows)?)?;
    Ok(HeadFit::new(head, report))
}
