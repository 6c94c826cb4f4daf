//! One value of C, all problems together.
//!
//! Problem: for a softmax over the columns `w_k`, `b_k` of one fold, or a squared hinge with one
//! column,
//!
//! ```text
//! min  1/2 sum_k ||w_k||^2 + C sum_i c_i loss(z_i),   z_ik = w_k.x_i + b_k
//! ```
//!
//! with `c_i` the weight of the row's class, 0 where the fold holds it out. The intercept `b` is
//! free for the softmax, as in scikit-learn, and for the squared hinge the penalized weight of a
//! feature of value 1, as in LIBLINEAR.
//!
//! Method: every step minimizes a quadratic model over two directions at once, the preconditioned
//! gradient and the previous step (sequential subspace optimization: Narkiss and Zibulevsky, 2005;
//! for a quadratic it is the preconditioned conjugate gradient method). Their scores are known, so
//! that the model needs the exact second derivatives along them and no product with the features;
//! neither does the search along the step, where the model was wrong. An iteration costs two
//! products with the features, or one with the Gram matrix, for all columns of all problems that
//! are not done yet.
//!
//! Stop: the residuals `r = c loss'(z)` of any `w` make a feasible point of the dual, and the
//! duality gap there is `1/2 ||g||^2`, `g` the gradient: it comes for free. (A free intercept adds
//! `g_b^2` over its curvature, the decrease that it promises.) A problem is done when both
//! - the gap is at most `tol` of the objective; and
//! - `||g||^2` is at most `tol` of the squared pull, `C ||sum_i c_i e_i x_i||`, that tells its
//!   classes apart where `C` is small. There scores differ so little from row to row that
//!   the gap alone leaves errors as large as the differences.

use super::{
    block_matrix::BlockMatrix,
    columns::Columns,
    evaluate::{Move, advance, curvatures},
    group::Group,
    line::Line,
    objective::Objective,
    preconditioner::Preconditioner,
    space::{Space, combine},
};
use crate::FitReport;

/// Steps without progress after which rounding is all that is left.
const PATIENCE: usize = 12;
/// The relative decrease of the objective that is progress, not rounding.
const PROGRESS: f64 = 1e-6;

/// What all values of C share.
pub(super) struct Solver<'a> {
    pub(super) space: Space<'a>,
    pub(super) objective: Objective,
    pub(super) preconditioner: Preconditioner,
    /// The squared pull of each problem, at C = 1.
    pub(super) pulls: Vec<f64>,
    pub(super) tol: f64,
    pub(super) max_iter: usize,
}

/// Vectors of problems, a column for each class, and a change that may go on.
#[derive(Default)]
pub(super) struct Iterate {
    pub(super) weights: Columns,
    pub(super) scores: BlockMatrix,
    pub(super) step: Columns,
    pub(super) step_scores: BlockMatrix,
}

/// A problem under way.
struct Active {
    problem: usize,
    /// The least objective and residual so far.
    best: [f64; 2],
    /// Steps since either became smaller by more than rounding.
    age: usize,
    /// No step descends.
    stuck: bool,
}

impl Solver<'_> {
    /// Minimizes all problems from `start`; `solution` takes their columns.
    pub(super) fn minimize(
        &self,
        c: f64,
        start: Iterate,
        solution: &mut Columns,
    ) -> Vec<FitReport> {
        let (space, objective, width) = (&self.space, &self.objective, self.objective.width());
        let mut reports = vec![None; objective.n_problems()];
        let mut active: Vec<Active> = (0..objective.n_problems())
            .map(|problem| Active { problem, best: [f64::INFINITY; 2], age: 0, stuck: false })
            .collect();
        let Iterate { mut weights, mut scores, mut step, mut step_scores } = start;
        let (mut residuals, mut direction_scores) = (scores.clone(), scores.clone());
        let mut problems: Vec<usize> = (0..objective.n_problems()).collect();
        let stay = Move { gradient: 0.0, history: 1.0, length: 0.0 };
        let mut evaluation = advance(
            objective,
            &problems,
            &vec![Some(stay); problems.len()],
            &direction_scores,
            &mut step_scores,
            &mut scores,
            &mut residuals,
        );
        for n_iter in 0.. {
            let groups = groups(objective, &problems);
            let mut direction = space.gradient(&weights, &residuals, c);
            if let Space::Gram(_) = space {
                space.scores(&direction, &groups, false, &mut direction_scores);
            }
            let squares = sums(&space.inner(&direction, &direction, &direction_scores), width);
            let norms = sums(&space.inner(&weights, &weights, &scores), width);
            let intercepts =
                sums(&self.intercept_gaps(&direction, &evaluation.curvature, c), width);

            let mut kept = Vec::new();
            for (index, active) in active.iter_mut().enumerate() {
                let value = 0.5 * norms[index] + c * evaluation.losses[index];
                let gap = 0.5 * (squares[index] + intercepts[index]) / value;
                let pull = squares[index] / (c * c * self.pulls[active.problem]);
                let residual = if squares[index] == 0.0 { gap } else { gap.max(pull) };
                let [best_value, best_residual] = &mut active.best;
                if value < *best_value * (1.0 - PROGRESS) || residual < 0.9 * *best_residual {
                    active.age = 0;
                } else {
                    active.age += 1;
                }
                *best_value = best_value.min(value);
                *best_residual = best_residual.min(residual);
                let converged = residual <= self.tol;
                let hopeless = active.stuck || active.age > PATIENCE || n_iter == self.max_iter;
                if converged || hopeless {
                    for column in 0..width {
                        solution
                            .column_mut(active.problem * width + column)
                            .copy_from_slice(weights.column(index * width + column));
                    }
                    reports[active.problem] =
                        Some(FitReport { n_iter, converged, objective: value, residual });
                } else {
                    kept.push(index);
                }
            }
            if kept.is_empty() {
                break;
            }
            let pick = |values: &[f64]| kept.iter().map(|&index| values[index]).collect::<Vec<_>>();
            let columns: Vec<usize> =
                kept.iter().flat_map(|&index| index * width..(index + 1) * width).collect();
            let (norms, losses) = (pick(&norms), pick(&evaluation.losses));
            let curvature: Vec<f64> =
                columns.iter().map(|&column| c * evaluation.curvature[column]).collect();
            if kept.len() < problems.len() {
                for columns_of in [&mut weights, &mut step, &mut direction] {
                    columns_of.retain(&columns);
                }
                for scores_of in
                    [&mut scores, &mut step_scores, &mut residuals, &mut direction_scores]
                {
                    scores_of.retain(&columns);
                }
                let mut index = 0;
                active.retain(|_| {
                    index += 1;
                    kept.binary_search(&(index - 1)).is_ok()
                });
                problems = active.iter().map(|active| active.problem).collect();
            }
            let groups = self::groups(objective, &problems);

            self.preconditioner.apply(
                space,
                &groups,
                &curvature,
                &mut direction,
                &mut direction_scores,
            );
            if let Space::Features(_) = space {
                space.scores(&direction, &groups, false, &mut direction_scores);
            }

            let inner = |a: &Columns, b: &Columns, b_scores: &BlockMatrix| {
                sums(&space.inner(a, b, b_scores), width)
            };
            let wd = inner(&weights, &direction, &direction_scores);
            let ws = inner(&weights, &step, &step_scores);
            let dd = inner(&direction, &direction, &direction_scores);
            let ds = inner(&direction, &step, &step_scores);
            let ss = inner(&step, &step, &step_scores);
            let loss =
                curvatures(objective, &problems, &residuals, &direction_scores, &step_scores);
            let mut lines: Vec<Line> = (0..problems.len())
                .map(|i| {
                    Line::new(
                        c,
                        norms[i],
                        losses[i],
                        [wd[i], ws[i]],
                        [dd[i], ds[i], ss[i]],
                        loss[i],
                    )
                })
                .collect();

            let mut moves: Vec<Option<Move>> = lines
                .iter()
                .map(|line| {
                    let [gradient, history] = line.factors;
                    Some(Move { gradient, history, length: line.length() as f32 })
                })
                .collect();
            loop {
                let trial = advance(
                    objective,
                    &problems,
                    &moves,
                    &direction_scores,
                    &mut step_scores,
                    &mut scores,
                    &mut residuals,
                );
                let first =
                    moves.iter().all(Option::is_some) && lines.iter().all(|l| l.trials() == 0);
                if first {
                    evaluation = trial;
                    for (index, line) in lines.iter_mut().enumerate() {
                        let (loss, slope) = (evaluation.losses[index], evaluation.slopes[index]);
                        moves[index] = line.advance(loss, slope).map(along);
                    }
                } else {
                    for (index, line) in lines.iter_mut().enumerate() {
                        if moves[index].is_none() {
                            continue;
                        }
                        evaluation.losses[index] = trial.losses[index];
                        let columns = index * width..(index + 1) * width;
                        evaluation.curvature[columns.clone()]
                            .copy_from_slice(&trial.curvature[columns]);
                        moves[index] =
                            line.advance(trial.losses[index], trial.slopes[index]).map(along);
                    }
                }
                if moves.iter().all(Option::is_none) {
                    break;
                }
            }

            let steps: Vec<([f32; 2], f32)> =
                lines.iter().map(|line| (line.factors, line.length() as f32)).collect();
            step.par_columns_mut_with(&mut weights, |index, step, weights| {
                let ([gradient, history], length) = steps[index / width];
                combine(step, length * history, direction.column(index), length * gradient);
                super::features::add_scaled(weights, 1.0, step);
            });
            step_scores.scale(&steps.iter().map(|&(_, length)| length).collect::<Vec<_>>());
            for (active, line) in active.iter_mut().zip(&lines) {
                active.stuck = line.length() == 0.0;
            }
        }
        reports.into_iter().map(|report| report.expect("every problem is retired")).collect()
    }

    /// Twice the decrease that free intercepts promise, column by column.
    fn intercept_gaps(&self, gradients: &Columns, curvature: &[f64], c: f64) -> Vec<f64> {
        let last = gradients.len() - 1;
        let gap = |(column, &curvature): (usize, &f64)| {
            let gradient = f64::from(gradients.column(column)[last]);
            if self.space.intercept() == super::Intercept::Unpenalized && gradient != 0.0 {
                gradient * gradient / (c * curvature)
            } else {
                0.0
            }
        };
        curvature.iter().enumerate().map(gap).collect()
    }
}

/// The next move along a step whose direction stays.
fn along(length: f64) -> Move {
    Move { gradient: 0.0, history: 1.0, length: length as f32 }
}

/// Sums over the columns of each problem.
fn sums(values: &[f64], width: usize) -> Vec<f64> {
    values.chunks_exact(width).map(|values| values.iter().sum()).collect()
}

/// The columns of each fold.
pub(super) fn groups(objective: &Objective, problems: &[usize]) -> Vec<Group> {
    let width = objective.width();
    let mut groups: Vec<Group> = Vec::new();
    for (index, &problem) in problems.iter().enumerate() {
        let fold = Some(objective.fold_of(problem));
        let end = (index + 1) * width;
        match groups.last_mut() {
            Some(group) if group.fold == fold => group.columns.end = end,
            _ => groups.push(Group { fold, columns: index * width..end }),
        }
    }
    groups
}
