use linear_problem::FitReport;

use super::price::Price;

/// Violations that sums in f32 cannot tell from none, where scores are near the margin. Features that
/// do not tell classes apart have scores that differ by no more.
const SMALLEST_VIOLATION: f64 = 2e-6;

/// How far from the optimum a binary problem is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Measure {
    pub(crate) primal: f64,
    dual: f64,
    /// The largest projected gradient, in units of the margin.
    pub(crate) violation: f64,
    /// The difference of the largest and the smallest score.
    spread: f64,
}

/// A sample of a binary problem: its class weight with the sign of its side, 0 where it does not
/// count; its dual variable, and its score.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) signed_weight: f32,
    pub(crate) beta: f32,
    pub(crate) score: f32,
}

impl Measure {
    /// Measures a problem on its samples.
    pub(crate) fn of(samples: impl Iterator<Item = Sample>, price: Price) -> Self {
        let (mut quadratic, mut linear, mut losses, mut ridge_squares) = (0.0, 0.0, 0.0, 0.0);
        let mut violation = 0.0_f32;
        let (mut lowest, mut highest) = (f32::INFINITY, f32::NEG_INFINITY);
        // Not a `for` loop: from within, nested iterators run several times as fast.
        samples.for_each(|Sample { signed_weight, beta, score }| {
            if signed_weight == 0.0 {
                return;
            }
            let sign = 1.0_f32.copysign(signed_weight);
            let (alpha, upper) = (sign * beta, price.signed_upper(signed_weight).abs());
            let slack = 1.0 - sign * score;
            let ridge = price.ridge(signed_weight);
            let gradient = ridge * alpha - slack;
            let down = if alpha > 0.0 { gradient } else { 0.0 };
            let up = if alpha < upper { -gradient } else { 0.0 };
            violation = violation.max(down).max(up);
            lowest = lowest.min(score);
            highest = highest.max(score);
            quadratic += f64::from(beta) * f64::from(score);
            linear += f64::from(alpha);
            ridge_squares += f64::from(ridge) * f64::from(alpha).powi(2);
            losses += f64::from(signed_weight.abs()) * price.loss.of_slack(f64::from(slack));
        });
        Self {
            primal: 0.5 * quadratic + price.c * losses,
            dual: linear - 0.5 * quadratic - 0.5 * ridge_squares,
            violation: f64::from(violation),
            spread: f64::from((highest - lowest).max(0.0)),
        }
    }

    /// What is compared with `tol`: the larger of the relative duality gap and the violation
    /// relative to the spread, where f32 can tell it.
    pub(crate) fn residual(&self) -> f64 {
        // Both are 0 where a column has no row.
        let gap = (self.primal - self.dual) / self.primal.max(f64::MIN_POSITIVE);
        let is_lost = self.violation <= SMALLEST_VIOLATION;
        gap.max(if is_lost { 0.0 } else { self.violation / self.spread })
    }

    /// The report of a fit that ended here.
    pub(crate) fn report(&self, n_iter: usize, tol: f64) -> FitReport {
        let residual = self.residual();
        FitReport { n_iter, converged: residual <= tol, objective: self.primal, residual }
    }
}
