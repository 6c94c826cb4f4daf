use std::ops::Range;

use linear_problem::FitReport;
use simd::Level;

use crate::{
    box_problem::{BoxProblem, BoxSolver},
    gram::{Gram, TILE},
    kernels::{Columns, Entry, add_columns_f64},
    measure::{Measure, Sample},
    price::Price,
    warm_start,
};

/// Rounds of a pair at one C; each solves more precisely than the one before.
const ROUNDS: usize = 20;

/// Violation of a margin at which the first round stops.
const FIRST_TOLERANCE: f32 = 0.02;

/// How much smaller the next round's is.
const NEXT_TOLERANCE: f32 = 0.2;

/// No round is more precise: f32 cannot.
const LAST_TOLERANCE: f32 = 1e-6;

/// The problems of a pair of classes, one for each fold.
#[derive(Debug)]
pub(super) struct Pair {
    /// Positions of the two classes.
    pub(super) ranges: [Range<usize>; 2],
    pub(super) folds: Vec<FoldSolution>,
}

/// Where a fold of a pair stands.
#[derive(Debug, Clone)]
pub(super) struct FoldSolution {
    /// Dual variables of the rows of the first class, then of the second.
    pub(super) beta: Vec<f32>,
    pub(super) measure: Measure,
    pub(super) n_iter: usize,
}

impl FoldSolution {
    /// How the fit went.
    pub(super) fn report(&self, tol: f64) -> FitReport {
        self.measure.report(self.n_iter, tol)
    }
}

/// What all pairs of a path share at one C.
#[derive(Clone, Copy)]
pub(super) struct PairSettings<'a> {
    pub(super) gram: &'a Gram,
    pub(super) level: Level,
    /// The weight of each position's class in each fold, 0 where it is held out:
    /// `[n_folds, n_positions]`.
    pub(super) weights: &'a [Vec<f32>],
    pub(super) price: Price,
    /// The C of the last solution.
    pub(super) previous_c: Option<f64>,
    pub(super) tol: f64,
    pub(super) max_iter: usize,
}

/// Memory of a thread.
#[derive(Debug, Default)]
pub(super) struct PairMemory {
    problem: BoxProblem,
    solver: BoxSolver,
    signed_weights: Vec<f32>,
    entries: Vec<Entry>,
}

impl Pair {
    pub(super) fn new(ranges: [Range<usize>; 2], n_folds: usize) -> Self {
        let n = ranges[0].len() + ranges[1].len();
        let start = FoldSolution { beta: vec![0.0; n], measure: Measure::default(), n_iter: 0 };
        Self { ranges, folds: vec![start; n_folds] }
    }

    /// Solves every fold at the next C.
    pub(super) fn advance(&mut self, settings: &PairSettings<'_>, memory: &mut PairMemory) {
        let n = self.ranges[0].len() + self.ranges[1].len();
        let stride = BoxProblem::stride(n);
        let positions = self.ranges.iter().cloned().flatten();
        let problem = &mut memory.problem;
        problem.gram.clear();
        problem.gram.resize(n * stride, 0.0);
        for (j, column) in positions.clone().zip(problem.gram.chunks_exact_mut(stride)) {
            let (first, second) = column.split_at_mut(self.ranges[0].len());
            settings.gram.copy_column(j, self.ranges[0].clone(), first);
            settings.gram.copy_column(j, self.ranges[1].clone(), second);
        }
        problem.diagonal.clear();
        problem.diagonal.extend(positions.clone().map(|at| settings.gram.diagonal()[at]));
        for (fold, solution) in self.folds.iter_mut().enumerate() {
            memory.signed_weights.clear();
            memory.signed_weights.extend(positions.clone().map(|position| {
                let weight = settings.weights[fold][position];
                if self.ranges[0].contains(&position) { weight } else { -weight }
            }));
            solve_fold(solution, settings, memory);
        }
    }
}

fn solve_fold(solution: &mut FoldSolution, settings: &PairSettings<'_>, memory: &mut PairMemory) {
    let PairMemory { problem, solver, signed_weights, entries } = memory;
    let price = settings.price;
    problem.signed_upper.clear();
    problem.signed_upper.extend(signed_weights.iter().map(|&w| price.signed_upper(w)));
    problem.ridge.clear();
    problem.ridge.extend(signed_weights.iter().map(|&w| price.ridge(w)));
    problem.beta.clone_from(&solution.beta);
    sum_scores(problem, entries, settings.level);
    match settings.previous_c {
        Some(previous) if previous <= price.c => {
            let factor = warm_start::factor(samples(problem, signed_weights), price, previous);
            for (beta, &weight) in problem.beta.iter_mut().zip(&*signed_weights) {
                *beta = price.clamp(*beta * factor, weight);
            }
        }
        _ => problem.beta.fill(0.0),
    }
    sum_scores(problem, entries, settings.level);
    let mut tolerance = FIRST_TOLERANCE;
    solution.measure = Measure::of(samples(problem, signed_weights), price);
    solution.n_iter = 0;
    while solution.measure.residual() > settings.tol
        && solution.n_iter < settings.max_iter.min(ROUNDS)
    {
        solver.solve(problem, tolerance, settings.level, solution.n_iter as u64);
        sum_scores(problem, entries, settings.level);
        solution.measure = Measure::of(samples(problem, signed_weights), price);
        solution.n_iter += 1;
        tolerance = (tolerance * NEXT_TOLERANCE).max(LAST_TOLERANCE);
    }
    solution.beta.clone_from(&problem.beta);
}

fn samples<'a>(
    problem: &'a BoxProblem,
    signed_weights: &'a [f32],
) -> impl Iterator<Item = Sample> + 'a {
    let values = signed_weights.iter().zip(&problem.beta).zip(&problem.scores);
    values.map(|((&signed_weight, &beta), &score)| Sample { signed_weight, beta, score })
}

/// Computes the scores anew, summed in f64: a loss that C multiplies is made of their last digits.
fn sum_scores(problem: &mut BoxProblem, entries: &mut Vec<Entry>, level: Level) {
    let stride = BoxProblem::stride(problem.beta.len());
    let nonzero = problem.beta.iter().enumerate().filter(|&(_, &beta)| beta != 0.0);
    entries.clear();
    entries.extend(nonzero.map(|(i, &value)| Entry { position: i as u32, value }));
    problem.scores.resize(stride, 0.0);
    let (tiles, rest) = problem.scores.as_chunks_mut::<TILE>();
    let done = tiles.len() * TILE;
    for (tile, scores) in tiles.iter_mut().enumerate() {
        let mut sums = [0.0; TILE];
        let columns = Columns { values: &problem.gram[tile * TILE..], stride };
        add_columns_f64(level, &mut sums, columns, entries);
        *scores = sums.map(|sum| sum as f32);
    }
    let mut sums = [0.0; TILE];
    for entry in &*entries {
        let column = &problem.gram[entry.position as usize * stride..][..stride];
        for (sum, &x) in sums.iter_mut().zip(&column[done..]) {
            *sum += f64::from(entry.value) * f64::from(x);
        }
    }
    for (score, sum) in rest.iter_mut().zip(sums) {
        *score = sum as f32;
    }
}
