use linear_problem::HingeLoss;

use super::{Measure, Rows};

/// One class against the rest: see the [crate].
pub struct BinaryProblem<'a> {
    pub(super) rows: &'a Rows<'a>,
    /// `s_i`.
    pub(super) signs: Vec<f64>,
    /// `C_i`, 0 for a row that does not count.
    pub(super) costs: Vec<f64>,
    pub(super) loss: HingeLoss,
}

impl<'a> BinaryProblem<'a> {
    /// The problem of all `rows`. `signed_weights` `[n_samples]` are the weight of each row's class with the
    /// sign of its side, 0 where the row does not count; `c` is C.
    pub fn new(
        rows: &'a Rows<'a>,
        signed_weights: impl Iterator<Item = f32>,
        c: f64,
        loss: HingeLoss,
    ) -> Self {
        let side = |weight: f32| (1_f64.copysign(weight.into()), c * f64::from(weight.abs()));
        let (signs, costs) = signed_weights.map(side).unzip();
        Self { rows, signs, costs, loss }
    }

    /// `U_i`.
    pub(super) fn upper(&self, row: usize) -> f64 {
        match self.loss {
            HingeLoss::SquaredHinge if self.costs[row] > 0.0 => f64::INFINITY,
            _ => self.costs[row],
        }
    }

    /// `D_ii`.
    pub(super) fn ridge(&self, row: usize) -> f64 {
        match self.loss {
            HingeLoss::SquaredHinge if self.costs[row] > 0.0 => 0.5 / self.costs[row],
            _ => 0.0,
        }
    }

    /// The derivative of the dual by `alpha`.
    pub(super) fn gradient(&self, row: usize, alpha: f64, score: f64) -> f64 {
        self.ridge(row) * alpha - (1.0 - self.signs[row] * score)
    }

    /// `beta` between its bounds.
    pub(super) fn clamp(&self, beta: f64, row: usize) -> f64 {
        self.signs[row] * (self.signs[row] * beta).clamp(0.0, self.upper(row))
    }

    /// The difference of the largest and the smallest score, of rows that count.
    pub(super) fn spread(&self, scores: &[f64]) -> f64 {
        let counted = scores.iter().zip(&self.costs).filter(|&(_, &cost)| cost > 0.0);
        let bounds = counted.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], (score, _)| {
            [low.min(*score), high.max(*score)]
        });
        (bounds[1] - bounds[0]).max(0.0)
    }

    /// Measures variables whose combination of rows is `weights`; the scores of all rows go to `scores`.
    pub(super) fn measure(&self, betas: &[f64], weights: &[f64], scores: &mut Vec<f64>) -> Measure {
        scores.clear();
        scores.extend((0..self.rows.n_rows()).map(|row| self.rows.score(weights, row)));
        Measure::of(self, betas, weights, scores)
    }
}
