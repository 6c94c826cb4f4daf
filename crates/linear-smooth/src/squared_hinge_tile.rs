//! The squared hinge loss `sum_i c_i max(0, 1 - y_i z_i)^2` on the rows of one block.

use super::{
    columns::dot,
    objective::{Curvature, PerRow},
};

/// Writes the derivative by each score and returns the loss. `curvature` takes the sum of the
/// second derivatives, `2 c` where the margin is violated.
#[inline(always)]
pub(super) fn evaluate(
    scores: &[f32],
    signs: &PerRow,
    costs: &PerRow,
    residuals: &mut [f32],
    curvature: &mut f64,
) -> f64 {
    let mut loss = 0.0_f64;
    for (chunk, (scores, residuals)) in
        scores.chunks(CHUNK).zip(residuals.chunks_mut(CHUNK)).enumerate()
    {
        let (signs, costs) = (&signs[chunk * CHUNK..], &costs[chunk * CHUNK..]);
        let (mut sum, mut second) = (0.0, 0.0);
        for (((out, score), sign), cost) in residuals.iter_mut().zip(scores).zip(signs).zip(costs) {
            let slack = (1.0 - sign * score).max(0.0);
            *out = -2.0 * cost * sign * slack;
            sum += cost * slack * slack;
            second += if slack > 0.0 { 2.0 * cost } else { 0.0 };
        }
        loss += f64::from(sum);
        *curvature += f64::from(second);
    }
    loss
}

/// Rows whose sum is taken in f32.
const CHUNK: usize = 64;

/// The derivatives of the loss along two changes `a` and `b` of the scores.
#[inline(always)]
pub(super) fn curvature(residuals: &[f32], costs: &PerRow, a: &[f32], b: &[f32]) -> Curvature {
    let mut sums = Curvature { a: dot(residuals, a), b: dot(residuals, b), ..Curvature::default() };
    for (((r, cost), a), b) in
        residuals.chunks(CHUNK).zip(costs.chunks(CHUNK)).zip(a.chunks(CHUNK)).zip(b.chunks(CHUNK))
    {
        let (mut aa, mut ab, mut bb) = (0.0, 0.0, 0.0);
        for (((r, cost), a), b) in r.iter().zip(cost).zip(a).zip(b) {
            let second = if *r == 0.0 { 0.0 } else { 2.0 * cost };
            aa += second * a * a;
            ab += second * a * b;
            bb += second * b * b;
        }
        sums.aa += f64::from(aa);
        sums.ab += f64::from(ab);
        sums.bb += f64::from(bb);
    }
    sums
}
