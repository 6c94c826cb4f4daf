//! A softmax in f64, from weights near its optimum: Newton steps, whose systems conjugate gradients solve.
//!
//! ```text
//! min  1/2 sum_k ||w_k||^2 + sum_i C_i (logsumexp(z_i) - z_i[y_i]),   z_ik = w_k.x_i + b_k
//! ```
//!
//! Gradients are preconditioned with the diagonal blocks of the Hessian, one for each class, so that what
//! is left to the iterations is the coupling of the classes. Where so many blocks take too much memory, their mean
//! serves for all.

use std::mem::swap;

use linear_problem::FitReport;

use super::{Stop, preconditioner::Preconditioner, rows::Rows};

/// Iterations for one system at most.
const MOST_ITERATIONS: usize = 200;

/// The part of a gradient that a system may leave, in the norm of the preconditioner.
const LEFT: f64 = 0.1;

/// Halvings of a step that does not descend.
const HALVINGS: usize = 30;

/// The softmax of one fold.
pub struct SoftmaxProblem<'a> {
    /// Features.
    pub rows: &'a Rows<'a>,
    /// `y_i`, `[n_samples]`.
    pub labels: &'a [usize],
    /// `C_i`, `[n_samples]`, 0 for a row that does not count.
    pub costs: Vec<f64>,
    /// Number of classes.
    pub n_classes: usize,
    /// The squared gradient that `tol` is compared with: what tells the classes apart.
    pub pull: f64,
}

/// Where the steps are.
struct At {
    /// `[n_classes]` of weights with the intercept last.
    weights: Vec<f64>,
    /// `[n_samples, n_classes]`.
    scores: Vec<f64>,
    /// `[n_samples, n_classes]`.
    probabilities: Vec<f64>,
    objective: f64,
}

/// Takes steps from weights `[n_classes, n_features + 1]`, the intercept last. Returns where they end, of the
/// same shape, and how that went.
pub fn finish_softmax(
    problem: &SoftmaxProblem<'_>,
    weights: Vec<f64>,
    stop: Stop,
) -> (Vec<f64>, FitReport) {
    let scores = problem.rows.multiply(&weights, problem.n_classes);
    let mut at = problem.at(weights, scores);
    let mut preconditioner = None;
    for n_iter in 0.. {
        let gradient = problem.gradient(&at);
        let residual = problem.residual(&at, &gradient);
        let converged = residual <= stop.tol;
        let report = FitReport { n_iter, converged, objective: at.objective, residual };
        if converged || n_iter == stop.max_iter {
            return (at.weights, report);
        }
        // That of the first point does for the others, which are near.
        let preconditioner =
            preconditioner.get_or_insert_with(|| Preconditioner::new(problem, &at.probabilities));
        let next = preconditioner
            .as_ref()
            .map(|preconditioner| problem.direction(&at, &gradient, preconditioner))
            .and_then(|direction| problem.step(&at, &direction));
        match next {
            Some(next) => at = next,
            None => return (at.weights, report),
        }
    }
    unreachable!("the last iteration returns")
}

impl SoftmaxProblem<'_> {
    /// Weights with their scores.
    fn at(&self, weights: Vec<f64>, scores: Vec<f64>) -> At {
        let mut probabilities = scores.clone();
        let mut loss = 0.0;
        let rows = probabilities.chunks_exact_mut(self.n_classes);
        for ((row, cost), &label) in rows.zip(&self.costs).zip(self.labels) {
            let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let excess = top - row[label];
            row.iter_mut().for_each(|score| *score = (*score - top).exp());
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
            loss += cost * (sum.ln() + excess);
        }
        let objective = 0.5 * self.penalty(&weights, &weights) + loss;
        At { weights, scores, probabilities, objective }
    }

    /// The inner product of weights without their intercepts.
    fn penalty(&self, a: &[f64], b: &[f64]) -> f64 {
        let width = self.rows.width();
        let classes = a.chunks_exact(width).zip(b.chunks_exact(width));
        classes.map(|(a, b)| dot(&a[..width - 1], &b[..width - 1])).sum()
    }

    /// `values` plus the penalized part of weights.
    fn add_penalized(&self, values: &mut [f64], weights: &[f64]) {
        let width = self.rows.width();
        for (values, weights) in values.chunks_exact_mut(width).zip(weights.chunks_exact(width)) {
            for (value, weight) in values.iter_mut().zip(&weights[..width - 1]) {
                *value += weight;
            }
        }
    }

    fn gradient(&self, at: &At) -> Vec<f64> {
        let mut residuals = at.probabilities.clone();
        let rows = residuals.chunks_exact_mut(self.n_classes);
        for ((row, cost), &label) in rows.zip(&self.costs).zip(self.labels) {
            // One less the probability, without its rounding.
            let others: f64 = (0..row.len()).filter(|&k| k != label).map(|k| row[k]).sum();
            row[label] = -others;
            row.iter_mut().for_each(|value| *value *= cost);
        }
        let mut gradient = self.rows.multiply_transposed(&residuals, self.n_classes);
        self.add_penalized(&mut gradient, &at.weights);
        gradient
    }

    /// What is compared with `tol`: see `minimize` in `linear-smooth`.
    fn residual(&self, at: &At, gradient: &[f64]) -> f64 {
        let squares = self.penalty(gradient, gradient);
        let intercepts = (0..self.n_classes).map(|class| {
            let of_class = at.probabilities.iter().skip(class).step_by(self.n_classes);
            let curvature: f64 =
                of_class.zip(&self.costs).map(|(p, cost)| cost * p * (1.0 - p)).sum();
            let by_intercept = gradient[(class + 1) * self.rows.width() - 1];
            if by_intercept == 0.0 { 0.0 } else { by_intercept * by_intercept / curvature }
        });
        let gap = 0.5 * (squares + intercepts.sum::<f64>());
        (gap / at.objective).max(squares / self.pull)
    }

    /// The Hessian times a direction with its scores.
    fn hessian(&self, at: &At, direction: &[f64], mut scores: Vec<f64>) -> Vec<f64> {
        let rows = scores.chunks_exact_mut(self.n_classes);
        let probabilities = at.probabilities.chunks_exact(self.n_classes);
        for ((row, p), cost) in rows.zip(probabilities).zip(&self.costs) {
            let mean = dot(row, p);
            row.iter_mut().zip(p).for_each(|(value, p)| *value = cost * p * (*value - mean));
        }
        let mut product = self.rows.multiply_transposed(&scores, self.n_classes);
        self.add_penalized(&mut product, direction);
        product
    }

    /// Minus the inverse of the Hessian times the gradient, nearly: conjugate gradients.
    fn direction(
        &self,
        at: &At,
        gradient: &[f64],
        preconditioner: &Preconditioner<'_>,
    ) -> Vec<f64> {
        let mut direction = vec![0.0; gradient.len()];
        let mut left: Vec<f64> = gradient.iter().map(|value| -value).collect();
        let mut along = preconditioner.apply(&left);
        let mut square = dot(&left, &along);
        let goal = LEFT * LEFT * square;
        for _ in 0..MOST_ITERATIONS {
            let scores = self.rows.multiply(&along, self.n_classes);
            let product = self.hessian(at, &along, scores);
            let curvature = dot(&along, &product);
            if curvature <= 0.0 {
                break;
            }
            let length = square / curvature;
            add_scaled(&mut direction, length, &along);
            add_scaled(&mut left, -length, &product);
            let mut next = preconditioner.apply(&left);
            let next_square = dot(&left, &next);
            if next_square <= goal {
                break;
            }
            add_scaled(&mut next, next_square / square, &along);
            swap(&mut along, &mut next);
            square = next_square;
        }
        direction
    }

    /// The whole step, or a half of it, and so on; `None` if none descends.
    fn step(&self, at: &At, direction: &[f64]) -> Option<At> {
        let scores = self.rows.multiply(direction, self.n_classes);
        let mut length = 1.0;
        for _ in 0..HALVINGS {
            let (mut weights, mut moved) = (at.weights.clone(), at.scores.clone());
            add_scaled(&mut weights, length, direction);
            add_scaled(&mut moved, length, &scores);
            let next = self.at(weights, moved);
            if next.objective < at.objective {
                return Some(next);
            }
            length *= 0.5;
        }
        None
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add_scaled(out: &mut [f64], factor: f64, values: &[f64]) {
    out.iter_mut().zip(values).for_each(|(out, value)| *out += factor * value);
}
