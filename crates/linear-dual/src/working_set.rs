//! A round of working sets: each column solves the variables that matter most, jointly.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::{
    box_problem::{BoxProblem, BoxSolver},
    changes::Changes,
    column::Column,
    measure::Sample,
    newton::MOST_FREE,
    price::Price,
    scores::{Scores, Shared},
};
use crate::{gram::TILE, kernels::Entry};

/// Variables at a bound that a working set has room for, at least.
const ROOM: usize = 96;

/// Variables of a working set at most, so that a Newton step can take all that are free.
const LARGEST: usize = MOST_FREE;

/// How precisely a working set is solved, in units of the column's violation.
const PRECISION: f32 = 0.02;

/// No working set is solved more precisely than this part of a margin: f32 cannot.
const FINEST: f32 = 5e-7;

/// Memory of a thread.
#[derive(Default)]
struct Memory {
    candidates: Vec<Candidate>,
    problem: BoxProblem,
    solver: BoxSolver,
}

/// A variable that is worth solving for.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    position: usize,
    /// Whether it lies between its bounds.
    free: bool,
    /// How much its margin violates the optimality conditions.
    violation: f32,
}

/// One round for every active column.
pub(super) fn round(
    shared: &Shared<'_>,
    price: Price,
    columns: &mut [Column],
    scores: &mut Scores,
    seed: u64,
) {
    let active: Vec<usize> =
        columns.iter().filter(|column| column.active).map(|column| column.index).collect();
    let in_turn = columns.par_iter_mut().with_max_len(2).filter(|column| column.active);
    in_turn.for_each_init(Memory::default, |memory, column| {
        select(&mut memory.candidates, column, scores, shared, price);
        gather(memory, column, scores, shared, price);
        let tol = (PRECISION * column.measure.violation as f32).max(FINEST);
        let seed = seed.wrapping_add(column.index as u64);
        memory.solver.solve(&mut memory.problem, tol, shared.level, seed);
        let solved = memory.candidates.iter().zip(&memory.problem.beta);
        column.changes.set(solved.clone().map(|(candidate, &beta)| Entry {
            position: candidate.position as u32,
            value: beta - column.beta[candidate.position],
        }));
        for (candidate, &beta) in solved {
            column.beta[candidate.position] = beta;
        }
    });
    scores.add_changes(shared, columns, &active, Changes::n_groups(shared.gram.n_positions()));
}

/// Free variables and those that violate their bound most, in the order of their positions. Where
/// nearly all that fit are free, violation alone decides: a set without room for the violators of
/// bounds would let none of them go, for ever.
fn select(
    candidates: &mut Vec<Candidate>,
    column: &Column,
    scores: &Scores,
    shared: &Shared<'_>,
    price: Price,
) {
    candidates.clear();
    let mut n_free = 0;
    let samples = column.samples(scores, shared.layout);
    samples.for_each(|(position, Sample { signed_weight, beta, score })| {
        if signed_weight == 0.0 {
            return;
        }
        let sign = 1.0_f32.copysign(signed_weight);
        let (alpha, upper) = (sign * beta, price.signed_upper(signed_weight).abs());
        let gradient = sign * score - 1.0 + price.ridge(signed_weight) * alpha;
        let free = alpha > 0.0 && alpha < upper;
        let violation = match (free, alpha > 0.0) {
            (true, _) => gradient.abs(),
            (false, true) => gradient,
            (false, false) => -gradient,
        };
        if free || violation > 0.0 {
            n_free += usize::from(free);
            candidates.push(Candidate { position, free, violation });
        }
    });
    let room = (n_free + n_free.max(ROOM)).min(LARGEST);
    let free_first = n_free + ROOM <= LARGEST;
    if candidates.len() > room {
        candidates.select_nth_unstable_by(room, |a, b| {
            let by_freedom = if free_first { b.free.cmp(&a.free) } else { Ordering::Equal };
            let by_violation = b.violation.total_cmp(&a.violation);
            // Positions decide between equals, so that the choice does not depend on the order.
            by_freedom.then(by_violation).then(a.position.cmp(&b.position))
        });
        candidates.truncate(room);
    }
    candidates.sort_unstable_by_key(|candidate| candidate.position);
}

/// Copies what concerns the candidates into a problem of its own.
fn gather(
    memory: &mut Memory,
    column: &Column,
    scores: &Scores,
    shared: &Shared<'_>,
    price: Price,
) {
    let Memory { candidates, problem, .. } = memory;
    let n = candidates.len();
    let stride = BoxProblem::stride(n);
    let positions = || candidates.iter().map(|candidate| candidate.position);
    let weights = || positions().map(|position| column.signed_weights[position]);
    let score = |at: usize| scores.tile(at / TILE, column.index)[at % TILE];
    refill(&mut problem.scores, positions().map(score));
    problem.scores.resize(stride, 0.0);
    refill(&mut problem.beta, positions().map(|position| column.beta[position]));
    refill(&mut problem.signed_upper, weights().map(|weight| price.signed_upper(weight)));
    refill(&mut problem.ridge, weights().map(|weight| price.ridge(weight)));
    refill(&mut problem.diagonal, positions().map(|position| shared.gram.diagonal()[position]));

    // The lower triangle, tile row by tile row of the matrix, then its mirror image.
    problem.gram.clear();
    problem.gram.resize(n * stride, 0.0);
    let mut first = 0;
    for of_tile in candidates.chunk_by(|a, b| a.position / TILE == b.position / TILE) {
        let tile_row = shared.gram.tile_row(of_tile[0].position / TILE);
        let last = first + of_tile.len();
        for (j, candidate) in candidates[..last].iter().enumerate() {
            let column = &tile_row[candidate.position];
            let out = &mut problem.gram[j * stride + first..][..of_tile.len()];
            for (out, row) in out.iter_mut().zip(of_tile) {
                *out = column[row.position % TILE];
            }
        }
        first = last;
    }
    mirror(&mut problem.gram, n, stride);
}

/// Fills the triangle above the diagonal of a matrix of `n` columns from the one below, block by block:
/// columns lie too far apart to be read one number at a time.
fn mirror(matrix: &mut [f32], n: usize, stride: usize) {
    const BLOCK: usize = 16;
    for j in (0..n).step_by(BLOCK) {
        for i in (0..=j).step_by(BLOCK) {
            let mut block = [[0.0; BLOCK]; BLOCK];
            for (at, column) in block.iter_mut().enumerate().take(n - i) {
                column.copy_from_slice(&matrix[(i + at) * stride + j..][..BLOCK]);
            }
            for at in 0..BLOCK.min(n - j) {
                let above = if i == j { at } else { BLOCK };
                let out = &mut matrix[(j + at) * stride + i..][..above];
                for (out, column) in out.iter_mut().zip(&block) {
                    *out = column[at];
                }
            }
        }
    }
}

fn refill(values: &mut Vec<f32>, from: impl Iterator<Item = f32>) {
    values.clear();
    values.extend(from);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirrored_triangle_makes_a_symmetric_matrix() {
        for n in [1, 16, 17, 50] {
            let stride = BoxProblem::stride(n);
            let mut matrix = vec![0.0; n * stride];
            for j in 0..n {
                for i in j..n {
                    matrix[j * stride + i] = (i * 100 + j) as f32;
                }
            }
            mirror(&mut matrix, n, stride);
            for j in 0..n {
                for i in 0..n {
                    let expected = (i.max(j) * 100 + i.min(j)) as f32;
                    assert_eq!(matrix[j * stride + i], expected, "{n}: {i} {j}");
                }
            }
        }
    }
}
