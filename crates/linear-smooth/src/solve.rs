//! A path: what its values of C share, and the way from one to the next.

use std::{mem::swap, ops::ControlFlow};

use linear_precise::Rows;
use linear_problem::{
    FitError, FitReport, LinearHead, Link, PathOptions, PathPoint, PathProblem, is_precise,
};
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use simd::Level;

use super::{
    Intercept, SmoothLoss,
    batch::{Batch, sums},
    block_matrix::BlockMatrix,
    class_means::ClassMeans,
    columns::Columns,
    features::Features,
    finish::finish,
    gram::Gram,
    group::groups,
    iterate::Iterate,
    minimize::Solver,
    objective::Objective,
    order::Order,
    preconditioner::Preconditioner,
    space::Space,
};

/// Solves a path of softmax or squared hinge problems, C after C. Each point goes to `on_point` as soon as
/// it is solved; the path ends early when that breaks. The [crate](crate#examples) has an example.
///
/// # Errors
/// [`FitError`] if features, labels or options cannot be used; see its variants.
pub fn solve_path(
    problem: &PathProblem<'_>,
    loss: SmoothLoss,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    solve_path_at(Level::detected(), problem, loss, options, on_point)
}

/// [`solve_path`] with given instructions.
fn solve_path_at(
    level: Level,
    problem: &PathProblem<'_>,
    loss: SmoothLoss,
    options: &PathOptions,
    on_point: &mut dyn FnMut(PathPoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    options.check()?;
    problem.check()?;
    let solver = prepare(level, problem, loss, options)?;
    let (space, objective) = (&solver.space, &solver.objective);
    let all: Vec<usize> = (0..objective.n_problems()).collect();
    let groups = groups(objective, &all);
    let zeros = || Iterate::zeros(space, objective.n_columns());
    let (mut at, mut before) = (zeros(), zeros());
    let mut batch = Batch::new(&solver);
    let mut precise_rows = None;
    for &c in &options.cs {
        // The change from one C to the next is likely to go on.
        batch.start(c, &at, &mut before);
        swap(&mut at, &mut before);
        let mut reports = solver.minimize(&mut batch, &mut at);
        if space.intercept() == Intercept::Unpenalized {
            at.center_intercepts(objective.n_classes());
        }
        space.complete_scores(&at.weights, &groups, &mut at.scores);
        let mut held_out_scores = held_out_scores(problem, space, &at.scores);
        let all = loss == SmoothLoss::SquaredHinge && is_precise(problem, options);
        let unfinished = all || reports.iter().any(|report| !report.converged);
        let mut weights = Columns::default();
        if options.keep_heads || unfinished {
            weights = space.weights(&at.weights);
        }
        if unfinished {
            let rows = precise_rows.get_or_insert_with(|| Rows::copied(problem.rows));
            for finished in finish(&solver, rows, c, &weights, &reports, all) {
                reports[finished.problem] = finished.report;
                finished.copy_to(objective, &mut weights);
                finished.score_held_out(objective, rows, problem.folds, &mut held_out_scores);
            }
        }
        let of_fold = reports.chunks(reports.len() / problem.folds.n_folds);
        let point = PathPoint {
            c,
            reports: of_fold.map(|fold| FitReport::of_all(fold.iter().copied())).collect(),
            held_out_scores,
            heads: if options.keep_heads { heads(objective, &weights) } else { Vec::new() },
        };
        if on_point(point).is_break() {
            break;
        }
    }
    Ok(())
}

/// Checks a problem and computes what all values of C share.
fn prepare<'a>(
    level: Level,
    problem: &PathProblem<'a>,
    loss: SmoothLoss,
    options: &PathOptions,
) -> Result<Solver<'a>, FitError> {
    let (n, n_folds) = (problem.rows.n_samples(), problem.folds.n_folds);
    let n_columns = n_folds * problem.n_classes;
    let gram = prefers_gram(n, problem.rows.n_features(), n_columns, options);
    let copied = !gram && fits_into_memory(problem);
    let order = if gram || copied { Order::by_fold(problem) } else { Order::given(problem) };
    let objective = Objective::new(problem, loss, &options.class_weight, order.rows())?;
    let mut features = Features::new(problem.rows, order, loss.intercept(), level)?;
    if copied {
        features.copy_rows()?;
    }
    let space = if gram { Space::Gram(Gram::new(features)?) } else { Space::Features(features) };
    let trained: Vec<(Option<usize>, usize)> = (0..n_folds)
        .map(|fold| (Some(fold), n - space.order().held_out(Some(fold)).len()))
        .collect();
    let preconditioner = Preconditioner::new(&space, &trained, rounds(loss), options.seed);
    let class_means = ClassMeans::new(&space, &objective);
    let pulls = sums(class_means.squares(), objective.width());
    let losses_at_zero = losses_at_zero(&objective, class_means.totals());
    let (tol, max_iter) = (options.tol, options.max_iter);
    Ok(Solver {
        space,
        objective,
        preconditioner,
        class_means,
        pulls,
        losses_at_zero,
        tol,
        max_iter,
    })
}

/// How far the eigenvectors of the preconditioner are computed: as far as it saves time. Squared hinges
/// take more steps, which exact vectors shorten.
fn rounds(loss: SmoothLoss) -> usize {
    match loss {
        SmoothLoss::Softmax => 3,
        SmoothLoss::SquaredHinge => 4,
    }
}

/// Whether rows that several folds hold out are worth a copy in the order of the folds.
fn fits_into_memory(problem: &PathProblem<'_>) -> bool {
    const MAX_COPY_BYTES: usize = 1 << 28;
    let len = problem.rows.n_samples() * problem.rows.n_features();
    problem.folds.n_folds > 1 && len * size_of::<f32>() <= MAX_COPY_BYTES
}

/// Whether the Gram matrix is the shorter way.
///
/// An iteration multiplies `n d` numbers twice with every column, or `n^2` numbers once, either
/// way without the held-out rows; to begin with the Gram matrix costs half as much as `n` columns.
/// The number of iterations is that of a typical path.
fn prefers_gram(n: usize, d: usize, n_columns: usize, options: &PathOptions) -> bool {
    const MAX_GRAM_BYTES: usize = 1 << 30;
    const ITERATIONS_PER_C: usize = 5;
    if n * n * size_of::<f32>() > MAX_GRAM_BYTES {
        return false;
    }
    let columns = ITERATIONS_PER_C * options.cs.len() * n_columns;
    n * columns + n * d / 2 < 2 * d * columns
}

/// The loss of each problem where all scores are zero.
fn losses_at_zero(objective: &Objective, totals: &[[f64; 2]]) -> Vec<f64> {
    let of_row = match objective.loss {
        SmoothLoss::Softmax => (objective.n_classes() as f64).ln(),
        SmoothLoss::SquaredHinge => 1.0,
    };
    totals.iter().step_by(objective.width()).map(|[_, all]| all * of_row).collect()
}

/// The scores of each row by the fold that holds it out, in the order of the problem.
fn held_out_scores(
    problem: &PathProblem<'_>,
    space: &Space<'_>,
    scores: &BlockMatrix,
) -> Array2<f32> {
    let k = problem.n_classes;
    let n = space.n_samples();
    let mut positions = vec![0; n];
    (0..n).for_each(|position| positions[space.row_at(position)] = position);
    let mut out = vec![0.0; n * k];
    out.par_chunks_mut(k).enumerate().for_each(|(row, out)| {
        if let Some(fold) = problem.folds.held_out_by[row] {
            let scores = scores.row(positions[row], fold * k..(fold + 1) * k);
            out.iter_mut().zip(scores).for_each(|(out, score)| *out = score);
        }
    });
    Array2::from_shape_vec((n, k), out).expect("k scores a row")
}

/// The head of each fold.
fn heads(objective: &Objective, weights: &Columns) -> Vec<LinearHead> {
    let d = weights.len() - 1;
    let n_classes = objective.n_classes();
    let link = match objective.loss {
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
    use linear_problem::{ClassWeight, Folds, Targets};
    use ndarray::ArrayView2;

    use super::*;

    /// Rows of length about 1 around three means, `[n, d]`.
    fn rows(n: usize, d: usize) -> Array2<f32> {
        let wave = |i: usize, j: usize| ((i * i * 7 + j * 13 + i * j) as f32 * 0.37).sin();
        let length = (d as f32).sqrt();
        Array2::from_shape_fn((n, d), |(i, j)| (wave(i, j) + wave(i % 3, j)) / length)
    }

    /// The level at which faer multiplies, where the processor has one.
    fn best() -> Level {
        *Level::available().last().unwrap()
    }

    /// The objectives of two folds at each C.
    fn objectives(level: Level, x: ArrayView2<'_, f32>, loss: SmoothLoss, cs: &[f64]) -> Vec<f64> {
        let labels: Vec<usize> = (0..x.nrows()).map(|row| row % 3).collect();
        let held_out_by: Vec<_> = (0..x.nrows()).map(|row| Some(row / 3 % 2)).collect();
        let problem = PathProblem {
            rows: &x,
            targets: Targets::Classes(&labels),
            n_classes: 3,
            folds: Folds { n_folds: 2, held_out_by: &held_out_by },
        };
        let options = PathOptions {
            cs: cs.to_vec(),
            tol: 1e-7,
            max_iter: 1000,
            class_weight: ClassWeight::Uniform,
            seed: 0,
            keep_heads: true,
        };
        let mut objectives = Vec::new();
        solve_path_at(level, &problem, loss, &options, &mut |point| {
            assert!(point.reports.iter().all(|report| report.converged), "{point:?}");
            objectives.extend(point.reports.iter().map(|report| report.objective));
            ControlFlow::Continue(())
        })
        .unwrap();
        objectives
    }

    #[test]
    fn the_portable_level_reaches_the_same_optimum() {
        for (n, d) in [(300, 10), (40, 300)] {
            let x = rows(n, d);
            for loss in [SmoothLoss::Softmax, SmoothLoss::SquaredHinge] {
                let cs = [0.01, 0.1, 1.0];
                let fast = objectives(best(), x.view(), loss, &cs);
                let portable = objectives(Level::PORTABLE, x.view(), loss, &cs);
                assert_eq!(fast.len(), 6);
                for (a, b) in fast.iter().zip(&portable) {
                    assert!((a - b).abs() < 1e-6 * a, "{n} x {d} {loss:?}: {a} and {b}");
                }
            }
        }
    }

    #[test]
    fn the_optimum_does_not_depend_on_the_way_to_it() {
        let x = rows(300, 10);
        for loss in [SmoothLoss::Softmax, SmoothLoss::SquaredHinge] {
            let at_once = objectives(best(), x.view(), loss, &[3.0]);
            for cs in [vec![1e-6, 3.0], vec![1e-3, 0.1, 3.0], vec![1.0, 1.5, 2.0, 3.0, 3.0]] {
                let all = objectives(best(), x.view(), loss, &cs);
                for (a, b) in at_once.iter().zip(&all[all.len() - 2..]) {
                    assert!((a - b).abs() < 1e-6 * a, "{loss:?} {cs:?}: {a} and {b}");
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
