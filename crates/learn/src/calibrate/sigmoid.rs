//! One sigmoid, by Platt's method.
//!
//! Problem: minimize over slope and intercept `sum_i log(1 + exp(z_i)) - t_i z_i` with
//! `z_i = slope * score_i + intercept`. The targets are not 0 and 1 but Platt's estimates
//! `t = (n_positive + 1) / (n_positive + 2)` of positive rows and `1 / (n_negative + 2)` of the
//! others, so that the optimum is finite for scores that separate them. Nothing is penalized.
//!
//! Method: Newton's with backtracking, as in Lin, Lin and Weng, A note on Platt's probabilistic
//! outputs for support vector machines, Machine Learning 68 (2007).
//!
//! Stopping rule: the Newton decrement, which no scaling of the scores changes, is at most
//! [`TOLERANCE`] of the objective, or no step along the Newton direction decreases the objective.

/// Newton decrement, relative to the objective, at which the fit is done.
const TOLERANCE: f64 = 1e-12;
/// Far beyond what Newton's method takes on two parameters; reached by no data known.
const MAX_ITER: usize = 100;
/// The shortest step tried.
const SHORTEST_STEP: f64 = 1e-10;
/// The share of the decrease promised by the slope that a step must give.
const SUFFICIENT: f64 = 1e-4;
/// Added to the diagonal of the Hessian, which is singular when all scores are equal.
const RIDGE: f64 = 1e-12;

/// `1 / (1 + exp(-(slope * score + intercept)))`
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sigmoid {
    /// Factor of the score.
    pub(super) slope: f64,
    /// Added to it.
    pub(super) intercept: f64,
}

/// Objective, gradient and Hessian (`[[aa, ab], [ab, bb]]`) at one point.
struct Expansion {
    gradient: [f64; 2],
    aa: f64,
    ab: f64,
    bb: f64,
}

impl Sigmoid {
    /// Fits pairs of a finite score and whether the row is positive.
    pub(super) fn fit(rows: &[(f64, bool)]) -> Self {
        let n_positive = rows.iter().filter(|row| row.1).count() as f64;
        let n_negative = rows.len() as f64 - n_positive;
        let positive = (n_positive + 1.0) / (n_positive + 2.0);
        let negative = 1.0 / (n_negative + 2.0);
        let largest = rows.iter().fold(0.0, |max: f64, row| max.max(row.0.abs()));
        let unit = if largest > 0.0 { largest } else { 1.0 };
        let target = |&(score, is_positive): &(f64, bool)| {
            (score / unit, if is_positive { positive } else { negative })
        };
        let rows: Vec<_> = rows.iter().map(target).collect();

        let start = ((n_positive + 1.0) / (n_negative + 1.0)).ln();
        let mut sigmoid = Self { slope: 0.0, intercept: start };
        let mut objective = sigmoid.objective(&rows);
        for _ in 0..MAX_ITER {
            let Expansion { gradient: [ga, gb], aa, ab, bb } = sigmoid.expand(&rows);
            let determinant = aa * bb - ab * ab;
            let (da, db) = ((ab * gb - bb * ga) / determinant, (ab * ga - aa * gb) / determinant);
            let decrement = -(ga * da + gb * db);
            let mut step = 1.0;
            let better = loop {
                let (slope, intercept) = (sigmoid.slope + step * da, sigmoid.intercept + step * db);
                let next = Self { slope, intercept };
                let reached = next.objective(&rows);
                if reached <= objective - SUFFICIENT * step * decrement {
                    break Some((next, reached));
                }
                step /= 2.0;
                if step < SHORTEST_STEP {
                    break None;
                }
            };
            let Some((next, reached)) = better else { break };
            (sigmoid, objective) = (next, reached);
            if decrement <= TOLERANCE * objective {
                break;
            }
        }
        Self { slope: sigmoid.slope / unit, ..sigmoid }
    }

    fn argument(self, score: f64) -> f64 {
        self.slope * score + self.intercept
    }

    fn objective(self, rows: &[(f64, f64)]) -> f64 {
        let loss = |&(score, target): &(f64, f64)| {
            let z = self.argument(score);
            softplus(z) - target * z
        };
        rows.iter().map(loss).sum()
    }

    fn expand(self, rows: &[(f64, f64)]) -> Expansion {
        let mut sums = Expansion { gradient: [0.0; 2], aa: RIDGE, ab: 0.0, bb: RIDGE };
        for &(score, target) in rows {
            let p = 1.0 / (1.0 + (-self.argument(score)).exp());
            let (error, weight) = (p - target, p * (1.0 - p));
            sums.gradient[0] += error * score;
            sums.gradient[1] += error;
            sums.aa += weight * score * score;
            sums.ab += weight * score;
            sums.bb += weight;
        }
        sums
    }
}

/// `log(1 + exp(z))` without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probability(sigmoid: Sigmoid, score: f64) -> f64 {
        1.0 / (1.0 + (-sigmoid.argument(score)).exp())
    }

    fn rows(scores: &[f64], n_negative: usize) -> Vec<(f64, bool)> {
        scores.iter().enumerate().map(|(row, &score)| (score, row >= n_negative)).collect()
    }

    #[test]
    fn scores_that_separate_the_classes_give_platts_targets_at_most() {
        let fitted = Sigmoid::fit(&rows(&[-1.0, -1.0, 1.0, 1.0], 2));
        // Two rows a side: 3/4 is the target, and all positive rows can reach it.
        assert!((probability(fitted, 1.0) - 0.75).abs() < 1e-9);
        assert!(fitted.intercept.abs() < 1e-9);
    }

    #[test]
    fn equal_scores_and_single_classes_have_a_finite_fit() {
        let equal = Sigmoid::fit(&rows(&[3.0; 8], 2));
        // The mean of the targets 7/8 (six times) and 1/4 (twice).
        assert!((probability(equal, 3.0) - 23.0 / 32.0).abs() < 1e-6, "{equal:?}");
        let zero = Sigmoid::fit(&rows(&[0.0; 8], 2));
        assert!((probability(zero, 0.0) - 23.0 / 32.0).abs() < 1e-6, "{zero:?}");
        let single = Sigmoid::fit(&rows(&[1.0, 2.0, 5.0], 0));
        assert!((probability(single, 2.0) - 0.8).abs() < 1e-6, "{single:?}");
    }

    #[test]
    fn the_scale_of_the_scores_is_taken_up_by_the_slope() {
        let scores = [-1.0, 0.5, -0.2, 1.0, 0.1, 2.0];
        let one = Sigmoid::fit(&rows(&scores, 3));
        let large = Sigmoid::fit(&rows(&scores.map(|score| 1e6 * score), 3));
        assert!((one.slope - 1e6 * large.slope).abs() < 1e-9);
        assert!((one.intercept - large.intercept).abs() < 1e-9);
    }
}
