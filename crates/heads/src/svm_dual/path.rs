use std::ops::ControlFlow;

use ndarray::Array2;
use simd::Level;

use super::{
    coef,
    column::{Column, columns_of},
    form::check_matrix,
    scores::{Scores, Shared},
    solve::{Path, Stop},
};
use crate::{
    FitError, FitReport, HingeLoss, PathOptions, PathPoint, PathProblem,
    gram::{Gram, Layout, TILE},
};

/// Solves a path of one-vs-rest or multi-label problems in their dual.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub(crate) fn solve_path(
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
    for &c in &options.cs {
        path.advance(c, Stop { tol: options.tol, max_iter: options.max_iter });
        let heads = if options.keep_heads {
            coef::heads(problem.rows, &layout, &path.columns, problem.n_classes)
        } else {
            Vec::new()
        };
        let point = PathPoint {
            c,
            reports: reports(&path.columns, problem.n_classes, options.tol),
            held_out_scores: held_out_scores(problem, &layout, &path.scores),
            heads,
        };
        if on_point(point).is_break() {
            break;
        }
    }
    Ok(())
}

/// The report of each fold: that of its slowest and its worst column, the objective their sum.
pub(super) fn reports(columns: &[Column], n_classes: usize, tol: f64) -> Vec<FitReport> {
    let of_fold = |columns: &[Column]| {
        let residual = |column: &Column| column.measure.residual();
        let residual = columns.iter().map(residual).fold(0.0, f64::max);
        FitReport {
            n_iter: columns.iter().map(|column| column.n_iter).max().unwrap_or(0),
            converged: residual <= tol,
            objective: columns.iter().map(|column| column.measure.primal).sum(),
            residual,
        }
    };
    columns.chunks(n_classes).map(of_fold).collect()
}

/// Scores of each row by the fold that holds it out.
fn held_out_scores(problem: &PathProblem<'_>, layout: &Layout, scores: &Scores) -> Array2<f32> {
    let k = problem.n_classes;
    let mut held_out = Array2::zeros((problem.rows.n_samples(), k));
    for (position, row) in layout.rows().iter().enumerate() {
        let Some(row) = *row else { continue };
        let Some(fold) = problem.folds.held_out_by[row] else { continue };
        for class in 0..k {
            held_out[[row, class]] =
                scores.tile(position / TILE, fold * k + class)[position % TILE];
        }
    }
    held_out
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use simd::Level;

    use super::*;
    use crate::{ClassWeight, Folds, Targets};

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
