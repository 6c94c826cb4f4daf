//! Proximal points of the dual, each found by Newton steps: for a hinge `beta` minimizes the dual plus
//! `||beta - centre||^2 / (2 rate)`, which then becomes the next centre (Rockafellar, Augmented
//! Lagrangians and Applications of the Proximal Point Algorithm in Convex Programming, 1976).
//!
//! The larger the rate, the fewer the proximal points, and the more steps each of them takes: a rate that
//! grows tenfold makes five to eight points of some 40 steps altogether from zero, and of five from a
//! solution in f32, at every C. The dual of the squared hinge has such a term already, with the centre 0:
//! one point is its solution.

use linear_problem::HingeLoss;

use super::{
    BinaryProblem, Measure, Solution, Stop,
    newton::{MOST_STEPS, Newton, Point},
};

/// The rate of a proximal point over that of the one before.
const GROWTH: f64 = 10.0;

/// The rate after a point that was lost over the one before.
const RETREAT: f64 = 1e-3;

/// A point is lost whose residual is so many times that of the best: rounding has the better of a rate.
const LOST: f64 = 1e3;

/// How far from the minimum the scores of a point may be, in units of the tolerance.
const GOAL: f64 = 0.01;

/// The residual of variables that are near the optimum.
const NEAR: f64 = 0.01;

/// Points at most.
const MOST_POINTS: usize = 40;

/// The rate at most, relative to the trace of the inner products: f64 has digits for no more.
const LARGEST_RATE: f64 = 1e12;

/// Solves a problem from dual variables `[n_samples]`, near the optimum or not.
pub fn finish(problem: &BinaryProblem<'_>, mut betas: Vec<f64>, stop: Stop) -> Solution {
    betas.iter_mut().enumerate().for_each(|(row, beta)| *beta = problem.clamp(*beta, row));
    let weights = problem.rows.combination(&betas);
    match problem.loss {
        HingeLoss::Hinge => finish_hinge(problem, betas, weights, stop),
        HingeLoss::SquaredHinge => finish_squared_hinge(problem, weights, stop),
    }
}

fn finish_hinge(
    problem: &BinaryProblem<'_>,
    betas: Vec<f64>,
    weights: Vec<f64>,
    stop: Stop,
) -> Solution {
    let mut newton = Newton::new(problem);
    let norms = problem.rows.squared_norms();
    let trace: f64 = norms.iter().sum();
    let smaller = norms.len().min(problem.rows.width()) as f64;
    let largest_rate = LARGEST_RATE * norms.len() as f64 / (trace * smaller);
    let (mut scores, mut n_iter) = (Vec::new(), 0);
    let mut measure = problem.measure(&betas, &weights, &mut scores);
    let mut at = Solution::new(betas, weights, &measure, stop.tol, 0);
    let mut rate = first_rate(problem, &at, trace).min(largest_rate);
    let mut best = at.clone();
    for _ in 0..MOST_POINTS {
        if best.report.converged || n_iter >= stop.max_iter {
            break;
        }
        let rates = vec![rate; scores.len()];
        let free = |row: usize| at.betas[row] + rate * (problem.signs[row] - scores[row]);
        let start = Point { free: (0..scores.len()).map(free).collect(), weights: at.weights };
        let goal = GOAL * stop.tol * measure.spread;
        let (point, steps) = newton.minimize(&rates, start, goal, stop.max_iter - n_iter);
        n_iter += steps;
        (at, measure) = solution(problem, &point, stop.tol, n_iter, &mut scores);
        if at.report.residual < best.report.residual {
            best = at.clone();
        } else if at.report.residual.is_nan() || at.report.residual > LOST * best.report.residual {
            at = best.clone();
            measure = problem.measure(&at.betas, &at.weights, &mut scores);
            rate *= RETREAT;
        }
        if steps < MOST_STEPS {
            rate = (rate * GROWTH).min(largest_rate);
        }
    }
    best.report.n_iter = n_iter;
    best
}

/// Solves a problem with squared hinge from weights `[n_features + 1]`, the intercept last.
pub fn finish_squared_hinge(
    problem: &BinaryProblem<'_>,
    weights: Vec<f64>,
    stop: Stop,
) -> Solution {
    let mut newton = Newton::new(problem);
    let rates: Vec<f64> = problem.costs.iter().map(|cost| 2.0 * cost).collect();
    let (mut weights, mut scores, mut n_iter) = (weights, Vec::new(), 0);
    let mut best: Option<Solution> = None;
    for _ in 0..MOST_POINTS {
        let of_weights = (0..rates.len()).map(|row| problem.rows.score(&weights, row));
        let scores_there: Vec<f64> = of_weights.collect();
        let free = |row: usize| rates[row] * (problem.signs[row] - scores_there[row]);
        let start = Point { free: (0..rates.len()).map(free).collect(), weights };
        let goal = GOAL * stop.tol * problem.spread(&scores_there);
        let (point, steps) = newton.minimize(&rates, start, goal, stop.max_iter - n_iter);
        n_iter += steps;
        let (at, _) = solution(problem, &point, stop.tol, n_iter, &mut scores);
        weights = point.weights;
        let residual = at.report.residual;
        if best.as_ref().is_none_or(|best| residual < best.report.residual) {
            best = Some(at);
        }
        if residual <= stop.tol || n_iter >= stop.max_iter || steps == 0 {
            break;
        }
    }
    let mut best = best.expect("there is a first point");
    best.report.n_iter = n_iter;
    best
}

/// The variables of a point within their bounds, and their measure; their scores go to `scores`.
fn solution(
    problem: &BinaryProblem<'_>,
    point: &Point,
    tol: f64,
    n_iter: usize,
    scores: &mut Vec<f64>,
) -> (Solution, Measure) {
    let clamped = point.free.iter().enumerate().map(|(row, &free)| problem.clamp(free, row));
    let betas: Vec<f64> = clamped.collect();
    let weights = problem.rows.combination(&betas);
    let measure = problem.measure(&betas, &weights, scores);
    (Solution::new(betas, weights, &measure, tol, n_iter), measure)
}

/// A rate at which the first proximal point is found in few steps: of variables that are near the optimum, as
/// large as they are, so that the point may be as far away as they are from 0.
fn first_rate(problem: &BinaryProblem<'_>, at: &Solution, trace: f64) -> f64 {
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, count) =
            values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    };
    let of_betas = mean(&mut at.betas.iter().map(|beta| beta.abs()).filter(|&beta| beta > 0.0));
    if of_betas > 0.0 && at.report.residual < NEAR {
        return of_betas;
    }
    mean(&mut problem.costs.iter().copied()).min(at.betas.len() as f64 / trace)
}
