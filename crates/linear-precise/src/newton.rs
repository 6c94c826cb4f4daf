//! Newton steps on the primal of a proximal point.
//!
//! With centres `c_i` and rates `r_i` it is `min_w 1/2 ||w||^2 + sum_i phi_i(w.x_i)`, where `phi_i` has
//! the derivative `-clamp(c_i + r_i (s_i - z))`: a quadratic wherever no variable changes between being
//! free and resting at a bound. A step solves `(I + sum_free r_i x_i x_i') d = -gradient`, over features
//! or over the free rows, whichever are fewer, and its length is searched for, so that steps converge from
//! everywhere, and after finitely many (Qi and Sun, A Nonsmooth Version of Newton's Method, Mathematical
//! Programming 58, 1993).

use faer::{Mat, MatMut};

use super::BinaryProblem;
use crate::Cholesky;

/// Steps to a point at most.
pub(super) const MOST_STEPS: usize = 100;

/// Free rows or features at most: their matrix takes 512 MiB.
pub(super) const LARGEST_SYSTEM: usize = 8192;

/// The part of a slope that a step may leave.
const SLOPE_LEFT: f64 = 0.1;

/// Lengths of a step that are tried; slopes are cheap beside a system.
const TRIALS: usize = 60;

/// Trials by secants; those that follow halve what is left.
const SECANTS: usize = 8;

/// Steps that must make a gradient half as small as before.
const FIRST_STEPS: usize = 3;

/// A gradient that may be left where steps make it no smaller.
const ROUNDING: f64 = 1e-6;

/// Where the steps are.
pub(super) struct Point {
    /// `w`, the intercept last.
    pub(super) weights: Vec<f64>,
    /// `c_i + r_i (s_i - w.x_i)`: dual variables without their bounds. They follow the changes of the scores,
    /// which have more digits than their difference from a margin has.
    pub(super) free: Vec<f64>,
}

/// Takes the steps; its memory is used again.
pub(super) struct Newton<'a> {
    problem: &'a BinaryProblem<'a>,
    longest: f64,
    betas: Vec<f64>,
    active: Vec<usize>,
}

/// A direction and its scores.
struct Direction {
    weights: Vec<f64>,
    scores: Vec<f64>,
}

impl<'a> Newton<'a> {
    pub(super) fn new(problem: &'a BinaryProblem<'a>) -> Self {
        let longest = problem.rows.squared_norms().iter().copied().fold(0.0, f64::max).sqrt();
        Self { problem, longest, betas: Vec::new(), active: Vec::new() }
    }

    /// Takes steps until no score is further than `goal` from that of the minimum, as far as the gradient
    /// tells, or steps make no progress; returns how many.
    pub(super) fn minimize(
        &mut self,
        rates: &[f64],
        mut at: Point,
        goal: f64,
        max_steps: usize,
    ) -> (Point, usize) {
        let mut latest = f64::INFINITY;
        for step in 0..MOST_STEPS.min(max_steps) {
            self.look_at(&at.free);
            let combination = self.problem.rows.combination(&self.betas);
            let gradient: Vec<f64> =
                at.weights.iter().zip(&combination).map(|(w, sum)| w - sum).collect();
            let left = norm(&gradient) * self.longest;
            let stalls = step >= FIRST_STEPS && left > 0.5 * latest && left < ROUNDING;
            if left <= goal || stalls {
                return (at, step);
            }
            latest = left;
            let Some(direction) = self.direction(rates, &gradient) else { return (at, step) };
            let Some(length) = self.search(rates, &at, &direction) else { return (at, step) };
            for (w, d) in at.weights.iter_mut().zip(&direction.weights) {
                *w += length * d;
            }
            for ((free, rate), d) in at.free.iter_mut().zip(rates).zip(&direction.scores) {
                *free -= length * rate * d;
            }
        }
        (at, MOST_STEPS.min(max_steps))
    }

    /// Clamps the variables, and lists those that are free.
    fn look_at(&mut self, free: &[f64]) {
        let Self { problem, betas, active, .. } = self;
        betas.clear();
        betas.extend(free.iter().enumerate().map(|(row, &free)| problem.clamp(free, row)));
        active.clear();
        active.extend((0..free.len()).filter(|&row| {
            let alpha = problem.signs[row] * free[row];
            0.0 < alpha && alpha < problem.upper(row)
        }));
    }

    /// The Newton direction; `None` if the system is too large or not definite in f64.
    fn direction(&self, rates: &[f64], gradient: &[f64]) -> Option<Direction> {
        let Self { problem, active, .. } = self;
        let (rows, width) = (problem.rows, gradient.len());
        if active.len().min(width) > LARGEST_SYSTEM {
            return None;
        }
        let mut weights: Vec<f64> = gradient.iter().map(|value| -value).collect();
        let over_rows = active.len() <= width;
        let mut changes = Vec::new();
        if over_rows {
            let mut matrix = rows.products_of(active);
            for (at, &row) in active.iter().enumerate() {
                matrix[(at, at)] += 1.0 / rates[row];
            }
            changes.extend(active.iter().map(|&row| rows.score(gradient, row)));
            let n = active.len();
            let right = MatMut::from_column_major_slice_mut(&mut changes, n, 1);
            Cholesky::new(matrix)?.solve_in_place(right);
            for (&row, &change) in active.iter().zip(&changes) {
                rows.add_row(&mut weights, change, row);
            }
        } else {
            let mut matrix = Mat::identity(width, width);
            let factors: Vec<f64> = active.iter().map(|&row| rates[row]).collect();
            rows.add_outer_products(active, &factors, matrix.as_mut());
            let right = MatMut::from_column_major_slice_mut(&mut weights, width, 1);
            Cholesky::new(matrix)?.solve_in_place(right);
        }
        let mut scores: Vec<f64> =
            (0..rows.n_rows()).map(|row| rows.score(&weights, row)).collect();
        // The change of a free variable is known to more digits than the difference of its scores.
        for (&row, &change) in active.iter().zip(&changes) {
            scores[row] = -change / rates[row];
        }
        Some(Direction { weights, scores })
    }

    /// How far to go: until the slope, which grows along a direction, is nearly 0. `None` if nothing
    /// descends.
    fn search(&self, rates: &[f64], at: &Point, direction: &Direction) -> Option<f64> {
        let linear: f64 = at.weights.iter().zip(&direction.weights).map(|(w, d)| w * d).sum();
        let square: f64 = direction.weights.iter().map(|d| d * d).sum();
        let slope = |length: f64| {
            let terms = at.free.iter().zip(rates).zip(&direction.scores).enumerate();
            let losses = terms.map(|(row, ((free, rate), d))| {
                self.problem.clamp(free - length * rate * d, row) * d
            });
            linear + length * square - losses.sum::<f64>()
        };
        let start = slope(0.0);
        if start >= 0.0 {
            return None;
        }
        let (mut low, mut high, mut length) = ((0.0, start), None, 1.0);
        for trial in 0..TRIALS {
            let here = slope(length);
            if here.abs() <= SLOPE_LEFT * -start {
                return Some(length);
            }
            if here > 0.0 {
                high = Some((length, here));
            } else {
                low = (length, here);
            }
            length = match high {
                None => 2.0 * length,
                Some((high, high_slope)) => {
                    let secant = low.1 / (low.1 - high_slope);
                    let part = if trial < SECANTS { secant.clamp(0.1, 0.9) } else { 0.5 };
                    low.0 + part * (high - low.0)
                }
            };
        }
        // The low end descends, if it is not where the step begins.
        (low.0 > 0.0).then_some(low.0)
    }
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}
