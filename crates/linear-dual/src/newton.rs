//! One Newton step on the free variables of a [`BoxProblem`].

use simd::Level;

use super::{box_problem::BoxProblem, cholesky};
use crate::kernels::{Entry, add_scaled};

/// Added to the diagonal, relative to its mean: `K` of the free variables is nearly singular.
const JITTER: f32 = 5e-6;

/// More free variables than these are left to descent. Their matrix takes 64 MiB for each thread.
pub(super) const MOST_FREE: usize = 4096;

/// A projected step shorter than this part of the way is not worth taking.
const SHORTEST_STEP: f64 = 0.3;

/// Trials of a projected step, each [`SHRINK`] of the one before.
const TRIALS: usize = 4;

/// See [`TRIALS`].
const SHRINK: f32 = 0.35;

/// What a Newton step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The projected step made progress, or there was none to be made.
    Taken,
    /// It did not: the variables went straight until the first met its bound and was frozen.
    ToBound,
    /// The matrix of the free variables is not positive definite in f32.
    NotDefinite,
}

/// Memory that is used again by the next step.
#[derive(Debug, Default)]
pub(super) struct NewtonMemory {
    free: Vec<usize>,
    matrix: Vec<f32>,
    /// Minus the gradient of the free variables.
    residual: Vec<f32>,
    direction: Vec<f32>,
    /// Where a step leads.
    target: Vec<f32>,
    change: Vec<f32>,
    entries: Vec<Entry>,
    /// `K change`.
    score_change: Vec<f32>,
}

/// Moves the variables that are free and not frozen towards their joint minimum.
///
/// First along the projection of the Newton direction on the bounds, with the exact length. Where
/// that fails (a long direction hits many bounds at once) straight to the first bound; without this
/// some problems stall for ever.
pub(super) fn newton_step(
    problem: &mut BoxProblem,
    frozen: &mut [bool],
    memory: &mut NewtonMemory,
    level: Level,
) -> Step {
    let NewtonMemory { free, residual, direction, .. } = memory;
    free.clear();
    free.extend((0..problem.beta.len()).filter(|&i| !frozen[i] && problem.is_free(i)));
    if free.is_empty() || free.len() > MOST_FREE {
        return Step::Taken;
    }
    residual.clear();
    residual.extend(
        free.iter()
            .map(|&i| problem.sign(i) - problem.scores[i] - problem.ridge[i] * problem.beta[i]),
    );
    direction.clone_from(residual);
    fill_matrix(problem, free, &mut memory.matrix);
    if !cholesky::solve_in_place(&mut memory.matrix, &mut memory.direction) {
        return Step::NotDefinite;
    }
    if projected_step(problem, memory, level) {
        return Step::Taken;
    }
    step_to_bound(problem, frozen, memory, level);
    Step::ToBound
}

/// The lower triangle of `K + Q` on the free variables, with jitter.
fn fill_matrix(problem: &BoxProblem, free: &[usize], matrix: &mut Vec<f32>) {
    let n = free.len();
    let mean = free.iter().map(|&i| problem.diagonal[i]).sum::<f32>() / n as f32;
    matrix.clear();
    matrix.resize(n * n, 0.0);
    for (at, (out, &j)) in matrix.chunks_exact_mut(n).zip(free).enumerate() {
        let column = problem.column(j);
        for (out, &i) in out[at..].iter_mut().zip(&free[at..]) {
            *out = column[i];
        }
        out[at] += problem.ridge[j] + JITTER * mean;
    }
}

fn projected_step(problem: &mut BoxProblem, memory: &mut NewtonMemory, level: Level) -> bool {
    let mut length = 1.0;
    for _ in 0..TRIALS {
        memory.target.clear();
        memory.target.extend(memory.free.iter().zip(&memory.direction).map(|(&i, direction)| {
            let sign = problem.sign(i);
            let alpha = sign * (problem.beta[i] + length * direction);
            sign * alpha.clamp(0.0, problem.signed_upper[i].abs())
        }));
        multiply(problem, memory, level);
        let (mut slope, mut curvature) = (0.0, 0.0);
        for ((&i, &change), &residual) in
            memory.free.iter().zip(&memory.change).zip(&memory.residual)
        {
            let curve = memory.score_change[i] + problem.ridge[i] * change;
            slope += f64::from(residual) * f64::from(change);
            curvature += f64::from(change) * f64::from(curve);
        }
        let best = if curvature > 0.0 { (slope / curvature).min(1.0) } else { 0.0 };
        if slope > 0.0 && best > SHORTEST_STEP {
            let best = best as f32;
            for ((&i, &target), &change) in
                memory.free.iter().zip(&memory.target).zip(&memory.change)
            {
                // The whole way ends at the target: a bound missed by rounding is no bound.
                problem.beta[i] = if best < 1.0 { problem.beta[i] + best * change } else { target };
            }
            add_scaled(level, &mut problem.scores, best, &memory.score_change);
            return true;
        }
        length *= SHRINK;
    }
    false
}

fn step_to_bound(
    problem: &mut BoxProblem,
    frozen: &mut [bool],
    memory: &mut NewtonMemory,
    level: Level,
) {
    let mut length = 1.0_f32;
    for (&i, &direction) in memory.free.iter().zip(&memory.direction) {
        let (sign, upper) = (problem.sign(i), problem.signed_upper[i].abs());
        let (alpha, direction) = (sign * problem.beta[i], sign * direction);
        let room = if direction < 0.0 { alpha } else { upper - alpha };
        if direction != 0.0 {
            length = length.min(room / direction.abs());
        }
    }
    memory.target.clear();
    memory.target.extend(memory.free.iter().zip(&memory.direction).map(|(&i, direction)| {
        let (sign, upper) = (problem.sign(i), problem.signed_upper[i].abs());
        let alpha = sign * (problem.beta[i] + length * direction);
        // What comes this near to a bound is there.
        let near = 1e-6 * upper.min(1.0);
        let at = if alpha <= near {
            0.0
        } else if upper - alpha <= near {
            upper
        } else {
            alpha
        };
        frozen[i] = at == 0.0 || at == upper;
        sign * at
    }));
    multiply(problem, memory, level);
    for (&i, &target) in memory.free.iter().zip(&memory.target) {
        problem.beta[i] = target;
    }
    add_scaled(level, &mut problem.scores, 1.0, &memory.score_change);
}

/// `change = target - beta`, `score_change = K change`.
fn multiply(problem: &BoxProblem, memory: &mut NewtonMemory, level: Level) {
    memory.change.clear();
    memory.change.extend(
        memory.free.iter().zip(&memory.target).map(|(&i, target)| target - problem.beta[i]),
    );
    let entries = memory.free.iter().zip(&memory.change).filter(|&(_, &change)| change != 0.0);
    memory.entries.clear();
    memory.entries.extend(entries.map(|(&i, &value)| Entry { position: i as u32, value }));
    problem.multiply(&memory.entries, &mut memory.score_change, level);
}
