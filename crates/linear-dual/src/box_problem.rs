//! A small dense problem with bounds: descent and Newton steps in turn.

use rand::{SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;
use simd::Level;

use super::{
    block_descent::SMALLEST_CHANGE,
    newton::{NewtonMemory, Step, newton_step},
};
use crate::{
    gram::TILE, kernels::Columns, kernels::CoordinateSweep, kernels::Entry, kernels::Movers,
    kernels::add_columns, kernels::add_scaled, kernels::sweep_coordinates,
};

/// Passes of descent before a Newton step: much cheaper than the step's factorization.
const SWEEPS: usize = 6;

/// Newton steps at most.
const MAX_STEPS: usize = 30;

/// Rounds without Newton after a matrix that was not positive definite in f32.
const ROUNDS_WITHOUT_NEWTON: usize = 2;

/// `min_beta 1/2 beta' (K + Q) beta - sum_i s_i beta_i, 0 <= s_i beta_i <= upper_i`, see
/// [`CoordinateSweep`] for the fields.
#[derive(Debug, Default)]
pub(crate) struct BoxProblem {
    /// `K`, columns of [`stride`](Self::stride) values.
    pub(crate) gram: Vec<f32>,
    /// `K beta`, of length `stride`.
    pub(crate) scores: Vec<f32>,
    pub(crate) beta: Vec<f32>,
    pub(crate) signed_upper: Vec<f32>,
    pub(crate) diagonal: Vec<f32>,
    pub(crate) ridge: Vec<f32>,
    /// Filled in by [`BoxSolver`].
    inverse: Vec<f32>,
}

impl BoxProblem {
    /// Length of a column for so many variables.
    pub(crate) fn stride(n: usize) -> usize {
        n.next_multiple_of(16)
    }

    /// `K_ij` for all `i`, padded.
    pub(super) fn column(&self, j: usize) -> &[f32] {
        let stride = Self::stride(self.beta.len());
        &self.gram[j * stride..][..stride]
    }

    /// `out = K x` for a sparse `x`.
    pub(crate) fn multiply(&self, x: &[Entry], out: &mut Vec<f32>, level: Level) {
        let stride = Self::stride(self.beta.len());
        out.clear();
        out.resize(stride, 0.0);
        let (tiles, rest) = out.as_chunks_mut();
        let n_tiles = tiles.len();
        for (tile, out) in tiles.iter_mut().enumerate() {
            add_columns(level, out, Columns { values: &self.gram[tile * TILE..], stride }, x);
        }
        for entry in x {
            let column = &self.column(entry.position as usize)[n_tiles * TILE..];
            add_scaled(level, rest, entry.value, column);
        }
    }

    /// 1 or -1.
    pub(super) fn sign(&self, i: usize) -> f32 {
        1.0_f32.copysign(self.signed_upper[i])
    }

    /// Whether a variable lies between its bounds.
    pub(super) fn is_free(&self, i: usize) -> bool {
        let alpha = self.sign(i) * self.beta[i];
        alpha > 0.0 && alpha < self.signed_upper[i].abs()
    }

    fn as_sweep(&mut self) -> CoordinateSweep<'_> {
        CoordinateSweep {
            gram: &self.gram,
            stride: Self::stride(self.beta.len()),
            scores: &mut self.scores,
            beta: &mut self.beta,
            signed_upper: &self.signed_upper,
            ridge: &self.ridge,
            inverse: &self.inverse,
        }
    }
}

/// Solves one problem after another in the same memory.
#[derive(Debug, Default)]
pub(crate) struct BoxSolver {
    order: Vec<u32>,
    movers: Movers,
    frozen: Vec<bool>,
    newton: NewtonMemory,
}

impl BoxSolver {
    /// Solves until the first pass of a round changes no margin by more than `tol`, or the steps
    /// are used up.
    pub(crate) fn solve(&mut self, problem: &mut BoxProblem, tol: f32, level: Level, seed: u64) {
        let n = problem.beta.len();
        problem.inverse.clear();
        let diagonals = problem.diagonal.iter().zip(&problem.ridge);
        problem.inverse.extend(diagonals.map(|(diagonal, ridge)| 1.0 / (diagonal + ridge)));
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        self.order.clear();
        self.order.extend(0..n as u32);
        self.frozen.clear();
        self.frozen.resize(n, false);
        let mut without_newton = 0;
        let mut at_bound = false;
        for _ in 0..MAX_STEPS {
            if !at_bound {
                self.frozen.fill(false);
                if self.descend(problem, tol, level, &mut rng) <= tol {
                    return;
                }
            }
            at_bound = false;
            if without_newton > 0 {
                without_newton -= 1;
                continue;
            }
            match newton_step(problem, &mut self.frozen, &mut self.newton, level) {
                Step::Taken => {}
                Step::ToBound => at_bound = true,
                Step::NotDefinite => without_newton = ROUNDS_WITHOUT_NEWTON,
            }
        }
    }

    /// A few passes over all variables; what the first one changed.
    fn descend(
        &mut self,
        problem: &mut BoxProblem,
        tol: f32,
        level: Level,
        rng: &mut Xoshiro256PlusPlus,
    ) -> f32 {
        let mut first = 0.0;
        for pass in 0..SWEEPS {
            self.order.shuffle(rng);
            let (sweep, movers) = (&mut problem.as_sweep(), &mut self.movers);
            let change = sweep_coordinates(level, sweep, &self.order, movers, SMALLEST_CHANGE);
            if pass == 0 {
                first = change;
            }
            if change <= tol {
                break;
            }
        }
        first
    }
}
