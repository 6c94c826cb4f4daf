use std::ops::ControlFlow;

use linear_precise::{Rows, Solution, Stop};
use linear_problem::{
    FINEST_TOL, FitError, FitReport, HingeLoss, LinearHead, Link, PathOptions, PathPoint,
    PathProblem, is_precise, is_single_fit,
};
use ndarray::{Array2, Axis, aview1};
use simd::Level;

use super::{
    coef,
    column::{Column, columns_of},
    finish::{finish, needs_finish},
    form::check_matrix,
    scores::Shared,
    solve::Path,
    stages,
};
use crate::gram::{Gram, Layout, TILE};

/// Solves a path of one-vs-rest or multi-label problems in their dual. Each point goes to `on_point` as soon
/// as it is solved; the path ends early when that breaks. The [crate](crate#examples) has an example.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub fn solve_path(
    problem: &PathProblem<'_>,
    loss: HingeLoss,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    solve_path_at(Level::detected(), problem, loss, options, on_point)
}

/// [`solve_path`] with given instructions.
pub(super) fn solve_path_at(
    level: Level,
    problem: &PathProblem<'_>,
    loss: HingeLoss,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    options.check()?;
    check_matrix(problem.rows.n_samples())?;
    let layout = Layout::of_folds(&problem.folds);
    let columns = columns_of(problem, &options.class_weight, &layout)?;
    let gram = Gram::new(problem.rows, &layout, level)?;
    let shared = Shared { gram: &gram, layout: &layout, level };
    let mut path = Path::new(shared, loss, columns, options.seed);
    let mut precise_rows = None;
    let precise = is_precise(problem, options);
    for &c in &options.cs {
        let single = is_single_fit(problem, options);
        let n_iter = if single { stages::advance(&mut path, c, options) } else { 0 };
        let tol = options.tol.max(FINEST_TOL);
        path.advance(c, Stop { tol, max_iter: options.max_iter - n_iter });
        let finished = if path.columns.iter().any(|column| precise || needs_finish(column, options))
        {
            let rows = precise_rows.get_or_insert_with(|| Rows::copied(problem.rows));
            finish(&path, rows, c, options, n_iter, precise)
        } else {
            vec![None; path.columns.len()]
        };
        let solved =
            Solved { problem, path: &path, finished: &finished, rows: precise_rows.as_ref() };
        let mut reports = solved.reports(options.tol);
        reports.iter_mut().for_each(|report| report.n_iter += n_iter);
        let heads = if options.keep_heads { solved.heads() } else { Vec::new() };
        let point = PathPoint { c, reports, held_out_scores: solved.held_out_scores(), heads };
        if on_point(point).is_break() {
            break;
        }
    }
    Ok(())
}

/// Columns at one C, some of them finished in f64.
struct Solved<'a, 'problem, 'path> {
    problem: &'a PathProblem<'problem>,
    path: &'a Path<'path>,
    /// Of each column.
    finished: &'a [Option<Solution>],
    /// There if a column is finished.
    rows: Option<&'a Rows<'static>>,
}

impl Solved<'_, '_, '_> {
    /// The report of each fold.
    fn reports(&self, tol: f64) -> Vec<FitReport> {
        let report = |(column, finished): (&Column, &Option<Solution>)| match finished {
            Some(solution) => solution.report,
            None => column.measure.report(column.n_iter, tol),
        };
        let reports: Vec<FitReport> =
            self.path.columns.iter().zip(self.finished).map(report).collect();
        let folds = reports.chunks(self.problem.n_classes);
        folds.map(|fold| FitReport::of_all(fold.iter().copied())).collect()
    }

    /// The head of each fold.
    fn heads(&self) -> Vec<LinearHead> {
        let Self { problem, path, finished, .. } = self;
        let mut weights = coef::weights(problem.rows, path.shared.layout, &path.columns);
        for (mut weights, solution) in weights.rows_mut().into_iter().zip(*finished) {
            if let Some(solution) = solution {
                weights.assign(&aview1(&solution.weights));
            }
        }
        let (coef, intercept) = weights.view().split_at(Axis(1), problem.rows.n_features());
        let coefs = coef.axis_chunks_iter(Axis(0), problem.n_classes);
        let intercepts = intercept.axis_chunks_iter(Axis(0), problem.n_classes);
        coefs
            .zip(intercepts)
            .map(|(coef, intercept)| LinearHead::rounded(coef, intercept.column(0), Link::Margin))
            .collect()
    }

    /// Scores of each row by the fold that holds it out.
    fn held_out_scores(&self) -> Array2<f32> {
        let Self { problem, path, finished, rows } = self;
        let k = problem.n_classes;
        let mut held_out = Array2::zeros((problem.rows.n_samples(), k));
        for (position, row) in path.shared.layout.rows().iter().enumerate() {
            let Some(row) = *row else { continue };
            let Some(fold) = problem.folds.held_out_by[row] else { continue };
            for class in 0..k {
                let column = fold * k + class;
                held_out[[row, class]] = match (&finished[column], rows) {
                    (Some(solution), Some(rows)) => rows.score(&solution.weights, row) as f32,
                    _ => path.scores.tile(position / TILE, column)[position % TILE],
                };
            }
        }
        held_out
    }
}

#[cfg(test)]
mod tests {
    use linear_problem::{ClassWeight, Folds, Targets};
    use ndarray::Array2;
    use simd::Level;

    use super::*;

    /// Every level solves the same problems to the same tolerance: they differ in rounding only.
    #[test]
    fn every_level_reaches_the_same_optimum() {
        let value = |(i, j): (usize, usize)| ((i * 37 + j * 101 + i * j * 7) % 29) as f32 / 29.0;
        let mut x = Array2::from_shape_fn((300, 20), value);
        let labels: Vec<usize> = (0..300).map(|row| row % 3).collect();
        for (row, &label) in labels.iter().enumerate() {
            x[[row, label]] += 1.0;
        }
        let held_out_by: Vec<_> = (0..300).map(|row| Some(row / 3 % 2)).collect();
        let view = x.view();
        let problem = PathProblem {
            rows: &view,
            targets: Targets::Classes(&labels),
            n_classes: 3,
            folds: Folds { n_folds: 2, held_out_by: &held_out_by },
        };
        let options = PathOptions {
            cs: vec![1e-3, 0.1, 10.0],
            tol: 1e-4,
            max_iter: 1000,
            class_weight: ClassWeight::Uniform,
            seed: 0,
            keep_heads: true,
        };
        for loss in [HingeLoss::Hinge, HingeLoss::SquaredHinge] {
            let solve = |level| {
                let mut points = Vec::new();
                let mut keep = |point| {
                    points.push(point);
                    ControlFlow::Continue(())
                };
                solve_path_at(level, &problem, loss, &options, &mut keep).unwrap();
                points
            };
            let portable = solve(Level::PORTABLE);
            for level in Level::available() {
                for (a, b) in portable.iter().zip(solve(level)) {
                    for (a, b) in a.reports.iter().zip(&b.reports) {
                        assert!(a.converged && b.converged, "{level:?}");
                        let error = (a.objective - b.objective).abs() / a.objective;
                        assert!(error < 1e-4, "{level:?}: objectives differ by {error:e}");
                    }
                }
            }
        }
    }
}
