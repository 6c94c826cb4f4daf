use super::BinaryProblem;

/// A violation that is lost in the head's f32, whose scores are of the order of 1.
const SMALLEST_VIOLATION: f64 = 3e-8;

/// What rounding leaves of a violation, relative to the sum of what is added up for a score.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// How far from the optimum a problem is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// The objective that is minimized.
    pub(super) primal: f64,
    dual: f64,
    /// The largest projected gradient, in units of the margin.
    pub(super) violation: f64,
    /// The difference of the largest and the smallest score, of rows that count.
    pub(super) spread: f64,
    /// A violation that counts as none.
    rounding: f64,
}

impl Measure {
    /// Measures variables with their weights and scores.
    pub(super) fn of(
        problem: &BinaryProblem<'_>,
        betas: &[f64],
        weights: &[f64],
        scores: &[f64],
    ) -> Self {
        let penalty = 0.5 * weights.iter().map(|weight| weight * weight).sum::<f64>();
        let (mut primal, mut dual, mut violation) = (penalty, -penalty, 0.0_f64);
        let (mut longest, mut total) = (0.0_f64, 0.0);
        for (row, &score) in scores.iter().enumerate().filter(|&(row, _)| problem.costs[row] > 0.0)
        {
            let (alpha, ridge) = (problem.signs[row] * betas[row], problem.ridge(row));
            let slack = 1.0 - problem.signs[row] * score;
            primal += problem.costs[row] * problem.loss.of_slack(slack);
            dual += alpha - 0.5 * ridge * alpha * alpha;
            let gradient = problem.gradient(row, alpha, score);
            let (may_fall, may_grow) = (alpha > 0.0, alpha < problem.upper(row));
            violation = violation.max(if may_fall { gradient } else { 0.0 });
            violation = violation.max(if may_grow { -gradient } else { 0.0 });
            longest = longest.max(problem.rows.squared_norms()[row]);
            total += alpha;
        }
        let spread = problem.spread(scores);
        let rounding = SMALLEST_VIOLATION.max(ROUNDING * total * longest);
        Self { primal, dual, violation, spread, rounding }
    }

    /// The larger of the relative duality gap and the relative violation.
    pub(super) fn residual(&self) -> f64 {
        // Both are 0 where no row counts.
        let gap = (self.primal - self.dual) / self.primal.max(f64::MIN_POSITIVE);
        // Where all scores are the same, none is to be told from another.
        if self.violation <= self.rounding || self.spread <= self.rounding {
            return gap;
        }
        gap.max(self.violation / self.spread)
    }
}
