//! A path: what its values of C share, and the way from one to the next.

use std::ops::{ControlFlow, Range};

use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::{
    Intercept, Kernel, SmoothLoss,
    batch::{Iterate, groups},
    block_matrix::{BLOCK_ROWS, BlockMatrix},
    columns::Columns,
    features::Features,
    gram::Gram,
    minimize::Solver,
    objective::{Objective, PerRow},
    preconditioner::Preconditioner,
    space::Space,
};
use crate::{FitError, FitReport, LinearHead, Link, PathOptions, PathPoint, PathProblem};

/// Solves a path of softmax or squared hinge problems; see [`crate::solve_path`].
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used.
pub(crate) fn solve_path(
    problem: &PathProblem<'_>,
    loss: SmoothLoss,
    intercept: Intercept,
    kernel: Kernel,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    let solver = prepare(problem, loss, intercept, kernel, options)?;
    let (space, objective) = (&solver.space, &solver.objective);
    let all: Vec<usize> = (0..objective.n_problems()).collect();
    let groups = groups(objective, &all);
    let zeros = || Columns::zeros(space.n_coordinates(), objective.n_columns());
    let (mut solution, mut previous) = (zeros(), zeros());
    let zero_scores = || BlockMatrix::zeros(space.n_samples(), objective.n_columns());
    let (mut scores, mut step_scores) = (zero_scores(), zero_scores());
    for &c in &options.cs {
        // The change from the last C to this one is likely to go on.
        let mut step = solution.clone();
        step.par_columns_mut().for_each(|(column, step)| {
            let previous = previous.column(column);
            step.iter_mut().zip(previous).for_each(|(step, previous)| *step -= previous);
        });
        previous = solution.clone();
        let before = scores.clone();
        let start = Iterate { weights: solution.clone(), scores, step, step_scores };
        let reports = solver.minimize(c, start, &mut solution);

        if space.intercept() == Intercept::Unpenalized {
            center_intercepts(&mut solution, objective.n_classes());
        }
        // Fresh scores: those of the steps have gathered rounding, and lack held-out rows.
        scores = BlockMatrix::default();
        space.scores(&solution, &groups, true, &mut scores);
        step_scores = scores.minus(before);
        let point = PathPoint {
            c,
            reports: fold_reports(&reports, problem.folds.n_folds),
            held_out_scores: held_out_scores(problem, space, &scores),
            heads: if options.keep_heads { heads(&solver, &solution) } else { Vec::new() },
        };
        if on_point(point).is_break() {
            break;
        }
    }
    Ok(())
}

/// Checks a problem and computes what all values of C share.
fn prepare<'a>(
    problem: &PathProblem<'a>,
    loss: SmoothLoss,
    intercept: Intercept,
    kernel: Kernel,
    options: &PathOptions,
) -> Result<Solver<'a>, FitError> {
    let (n, n_folds) = (problem.rows.n_samples(), problem.folds.n_folds);
    let in_order: Vec<usize> = (0..n).collect();
    let (by_fold, held_out) = order_by_fold(problem);
    let gram = prefers_gram(n, problem.rows.n_features(), n_folds * problem.n_classes, options);
    let order = if gram { &by_fold } else { &in_order };
    let objective = Objective::new(problem, loss, &options.class_weight, order)?;
    let trained: Vec<(Option<usize>, usize)> =
        (0..n_folds).map(|fold| (Some(fold), n - held_out[fold].len())).collect();
    let features = Features::new(problem.rows, intercept, kernel)?;
    let space = if gram {
        Space::Gram(Gram::new(features, by_fold, held_out))
    } else {
        Space::Features(features)
    };
    let preconditioner = Preconditioner::new(&space, &trained, options.seed);
    let totals = class_totals(&objective, n);
    let pulls = pulls(&space, &objective, &totals);
    let losses_at_zero = losses_at_zero(&objective, &totals);
    let (tol, max_iter) = (options.tol, options.max_iter);
    Ok(Solver { space, objective, preconditioner, pulls, losses_at_zero, tol, max_iter })
}

/// The rows that no fold holds out, then those of each fold; and where those of each fold lie.
fn order_by_fold(problem: &PathProblem<'_>) -> (Vec<usize>, Vec<Range<usize>>) {
    let rows = 0..problem.rows.n_samples();
    let of_fold = |fold| rows.clone().filter(move |&row| problem.folds.held_out_by[row] == fold);
    let mut order: Vec<usize> = of_fold(None).collect();
    let held_out = (0..problem.folds.n_folds)
        .map(|fold| {
            let start = order.len();
            order.extend(of_fold(Some(fold)));
            start..order.len()
        })
        .collect();
    (order, held_out)
}

/// Whether the Gram matrix is the shorter way.
///
/// An iteration multiplies `n d` numbers twice with every column, or `n^2` numbers once, without
/// the held-out rows; to begin with the Gram matrix costs half as much as `n` columns. The number
/// of iterations is that of a typical path.
fn prefers_gram(n: usize, d: usize, n_columns: usize, options: &PathOptions) -> bool {
    const MAX_GRAM_BYTES: usize = 1 << 30;
    const ITERATIONS_PER_C: usize = 5;
    if n * n * size_of::<f32>() > MAX_GRAM_BYTES {
        return false;
    }
    let columns = ITERATIONS_PER_C * options.cs.len() * n_columns;
    n * columns + n * d / 2 < 2 * d * columns
}

/// The squared norm of `sum_i c_i e_i x_i` at C = 1, where `e_i` is 1 for the rows of a class less
/// its mean: what tells a class from the others. See the stopping rule.
fn pulls(space: &Space<'_>, objective: &Objective, totals: &[[f64; 2]]) -> Vec<f64> {
    let n_columns = objective.n_columns();
    let mut pull = BlockMatrix::zeros(space.n_samples(), n_columns);
    pull.par_blocks_mut().enumerate().for_each(|(block, pull)| {
        let len = pull.len() / n_columns;
        for (column, pull) in pull.chunks_exact_mut(len).enumerate() {
            let [mut signs, mut costs]: [PerRow; 2] = [[0.0; BLOCK_ROWS]; 2];
            let fold_and_class = objective.fold_and_class(column);
            objective.signs(fold_and_class, block * BLOCK_ROWS, len, &mut signs, &mut costs);
            let [present, all] = totals[column];
            for ((pull, &sign), &cost) in pull.iter_mut().zip(&signs).zip(&costs) {
                *pull = cost * (f32::from(u8::from(sign > 0.0)) - (present / all) as f32);
            }
        }
    });
    let all: Vec<usize> = (0..objective.n_problems()).collect();
    let zero = Columns::zeros(space.n_coordinates(), n_columns);
    let vectors = space.gradient(&zero, &pull, 1.0);
    let mut scores = BlockMatrix::default();
    if let Space::Gram(_) = space {
        space.scores(&vectors, &groups(objective, &all), false, &mut scores);
    }
    space
        .inner(&vectors, &vectors, &scores)
        .iter()
        .zip(totals)
        // Features that say nothing leave rounding, which no gradient can be small beside.
        .map(|(square, [_, all])| square.max(1e-10 * all * all * space.mean_square()))
        .collect::<Vec<_>>()
        .chunks(objective.width())
        .map(|columns| columns.iter().sum())
        .collect()
}

/// The loss of each problem where all scores are zero.
fn losses_at_zero(objective: &Objective, totals: &[[f64; 2]]) -> Vec<f64> {
    let of_row = match objective.loss {
        SmoothLoss::Softmax => (objective.n_classes() as f64).ln(),
        SmoothLoss::SquaredHinge => 1.0,
    };
    totals.iter().step_by(objective.width()).map(|[_, all]| all * of_row).collect()
}

/// The summed costs of the rows of each column's class, and of all rows.
fn class_totals(objective: &Objective, n_samples: usize) -> Vec<[f64; 2]> {
    (0..objective.n_columns())
        .into_par_iter()
        .map(|column| {
            let [mut present, mut all] = [0.0; 2];
            for start in (0..n_samples).step_by(BLOCK_ROWS) {
                let len = BLOCK_ROWS.min(n_samples - start);
                let [mut signs, mut costs]: [PerRow; 2] = [[0.0; BLOCK_ROWS]; 2];
                let fold_and_class = objective.fold_and_class(column);
                objective.signs(fold_and_class, start, len, &mut signs, &mut costs);
                for (&sign, &cost) in signs.iter().zip(&costs).take(len) {
                    all += f64::from(cost);
                    present += if sign > 0.0 { f64::from(cost) } else { 0.0 };
                }
            }
            [present, all]
        })
        .collect()
}

/// Takes the mean of the intercepts of each fold away: no probability depends on it, and nothing
/// else decides it.
fn center_intercepts(solution: &mut Columns, n_classes: usize) {
    let last = solution.len() - 1;
    for fold in 0..solution.n_columns() / n_classes {
        let columns = fold * n_classes..(fold + 1) * n_classes;
        let sum: f64 = columns.clone().map(|column| f64::from(solution.column(column)[last])).sum();
        for column in columns {
            solution.column_mut(column)[last] -= (sum / n_classes as f64) as f32;
        }
    }
}

/// One report a fold: that of its worst problem.
fn fold_reports(reports: &[FitReport], n_folds: usize) -> Vec<FitReport> {
    let merge = |a: FitReport, b: &FitReport| FitReport {
        n_iter: a.n_iter.max(b.n_iter),
        converged: a.converged && b.converged,
        objective: a.objective + b.objective,
        residual: a.residual.max(b.residual),
    };
    reports
        .chunks(reports.len() / n_folds)
        .map(|of_fold| of_fold[1..].iter().fold(of_fold[0], merge))
        .collect()
}

/// The scores of each row by the fold that holds it out, in the order of the problem.
fn held_out_scores(
    problem: &PathProblem<'_>,
    space: &Space<'_>,
    scores: &BlockMatrix,
) -> Array2<f32> {
    let k = problem.n_classes;
    let mut out = Array2::zeros((space.n_samples(), k));
    for position in 0..space.n_samples() {
        let row = space.row_at(position);
        if let Some(fold) = problem.folds.held_out_by[row] {
            for (class, out) in out.row_mut(row).iter_mut().enumerate() {
                *out = scores.get(position, fold * k + class);
            }
        }
    }
    out
}

/// The head of each fold.
fn heads(solver: &Solver<'_>, solution: &Columns) -> Vec<LinearHead> {
    let weights = solver.space.weights(solution);
    let d = weights.len() - 1;
    let n_classes = solver.objective.n_classes();
    let link = match solver.objective.loss {
        SmoothLoss::Softmax => Link::Softmax,
        SmoothLoss::SquaredHinge => Link::Margin,
    };
    (0..weights.n_columns() / n_classes)
        .map(|fold| {
            let column = |class: usize| weights.column(fold * n_classes + class);
            let coef = Array2::from_shape_fn((n_classes, d), |(class, j)| column(class)[j]);
            let intercept = Array1::from_shape_fn(n_classes, |class| column(class)[d]);
            LinearHead::new(coef, intercept, link).expect("as many intercepts as rows")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use ndarray::ArrayView2;

    use super::*;
    use crate::{ClassWeight, Folds, Targets};

    /// Rows of length about 1 around three means, `[n, d]`.
    fn rows(n: usize, d: usize) -> Array2<f32> {
        let wave = |i: usize, j: usize| ((i * i * 7 + j * 13 + i * j) as f32 * 0.37).sin();
        let length = (d as f32).sqrt();
        Array2::from_shape_fn((n, d), |(i, j)| (wave(i, j) + wave(i % 3, j)) / length)
    }

    fn objectives(kernel: Kernel, x: ArrayView2<'_, f32>, loss: SmoothLoss) -> Vec<f64> {
        let labels: Vec<usize> = (0..x.nrows()).map(|row| row % 3).collect();
        let held_out_by: Vec<_> = (0..x.nrows()).map(|row| Some(row / 3 % 2)).collect();
        let problem = PathProblem {
            rows: &x,
            targets: Targets::Classes(&labels),
            n_classes: 3,
            folds: Folds { n_folds: 2, held_out_by: &held_out_by },
        };
        let options = PathOptions {
            cs: vec![0.01, 0.1, 1.0],
            tol: 1e-7,
            max_iter: 1000,
            class_weight: ClassWeight::Uniform,
            seed: 0,
            keep_heads: true,
        };
        let intercept = match loss {
            SmoothLoss::Softmax => Intercept::Unpenalized,
            SmoothLoss::SquaredHinge => Intercept::Penalized,
        };
        let mut objectives = Vec::new();
        solve_path(&problem, loss, intercept, kernel, &options, &mut |point| {
            assert!(point.reports.iter().all(|report| report.converged), "{point:?}");
            objectives.extend(point.reports.iter().map(|report| report.objective));
            ControlFlow::Continue(())
        })
        .unwrap();
        objectives
    }

    #[test]
    fn the_portable_kernel_reaches_the_same_optimum() {
        for (n, d) in [(300, 10), (40, 300)] {
            let x = rows(n, d);
            for loss in [SmoothLoss::Softmax, SmoothLoss::SquaredHinge] {
                let fast = objectives(Kernel::Faer, x.view(), loss);
                let portable = objectives(Kernel::Portable, x.view(), loss);
                assert_eq!(fast.len(), 6);
                for (a, b) in fast.iter().zip(&portable) {
                    assert!((a - b).abs() < 1e-6 * a, "{n} x {d} {loss:?}: {a} and {b}");
                }
            }
        }
    }

    #[test]
    fn many_features_ask_for_the_gram_matrix_and_many_rows_do_not() {
        let options = PathOptions {
            cs: vec![1.0; 10],
            tol: 1e-3,
            max_iter: 1,
            class_weight: ClassWeight::Uniform,
            seed: 0,
            keep_heads: false,
        };
        for (n, d, n_columns, expected) in [
            (5360, 512, 335, false),
            (5360, 4096, 335, true),
            (5360, 25_088, 335, true),
            (500_000, 512, 100, false),
            (100_000, 200_000, 100, false),
            (5000, 6000, 2, false),
        ] {
            assert_eq!(prefers_gram(n, d, n_columns, &options), expected, "{n} {d} {n_columns}");
        }
    }
}
