//! The softmax loss `sum_i c_i (logsumexp(z_i) - z_i[y_i])` on the rows of one block.
//!
//! Scores lie class by class. Loops run over the rows inside and the classes outside, so that the
//! compiler turns them into vector instructions.

use super::{
    block_matrix::BLOCK_ROWS,
    columns::dot,
    exp::exp,
    objective::{Curvature, PerRow},
};

/// Writes the derivative by each score, `c (p - e)`, and returns the loss. `curvature` takes the
/// sum of the second derivatives `c p (1 - p)` of each class, and `own_curvature` that over the rows
/// of the class.
#[inline(always)]
pub(super) fn evaluate(
    scores: &[f32],
    labels: &[u32],
    costs: &[f32],
    residuals: &mut [f32],
    curvature: &mut [f64],
    own_curvature: &mut [f64],
) -> f64 {
    let len = labels.len();
    let (mut top, mut sum): (PerRow, PerRow) = ([f32::NEG_INFINITY; BLOCK_ROWS], [0.0; BLOCK_ROWS]);
    for scores in scores.chunks_exact(len) {
        for (top, &score) in top.iter_mut().zip(scores) {
            *top = top.max(score);
        }
    }
    for (scores, out) in scores.chunks_exact(len).zip(residuals.chunks_exact_mut(len)) {
        for (((out, &score), top), sum) in out.iter_mut().zip(scores).zip(&top).zip(&mut sum) {
            *out = exp(score - top);
            *sum += *out;
        }
    }
    let mut loss = 0.0;
    for (row, &label) in labels.iter().enumerate() {
        let excess = top[row] - scores[label as usize * len + row];
        loss += f64::from(costs[row]) * (f64::from(sum[row]).ln() + f64::from(excess));
        sum[row] = 1.0 / sum[row];
    }
    let mut rest: PerRow = [0.0; BLOCK_ROWS];
    for (out, curvature) in residuals.chunks_exact_mut(len).zip(curvature) {
        for (((out, &cost), &inverse), rest) in out.iter_mut().zip(costs).zip(&sum).zip(&mut rest) {
            let probability = *out * inverse;
            *out = cost * probability;
            *rest = 1.0 - probability;
        }
        *curvature += dot(out, &rest[..len]);
    }
    for (row, (&label, &cost)) in labels.iter().zip(costs).enumerate() {
        let residual = &mut residuals[label as usize * len + row];
        // 0 where the cost is.
        let probability = *residual / cost.max(f32::MIN_POSITIVE);
        own_curvature[label as usize] += f64::from(*residual * (1.0 - probability));
        *residual -= cost;
    }
    loss
}

/// The derivatives of the loss along two changes `a` and `b` of the scores.
#[inline(always)]
pub(super) fn curvature(
    residuals: &[f32],
    labels: &[u32],
    costs: &[f32],
    a: &[f32],
    b: &[f32],
) -> Curvature {
    let len = labels.len();
    let zero: PerRow = [0.0; BLOCK_ROWS];
    let ([mut pa, mut pb], [mut paa, mut pab, mut pbb]) = ([zero; 2], [zero; 3]);
    for ((r, a), b) in residuals.chunks_exact(len).zip(a.chunks_exact(len)).zip(b.chunks_exact(len))
    {
        let means = pa.iter_mut().zip(&mut pb);
        let squares = paa.iter_mut().zip(&mut pab).zip(&mut pbb);
        for ((((r, a), b), (pa, pb)), ((paa, pab), pbb)) in
            r.iter().zip(a).zip(b).zip(means).zip(squares)
        {
            let (ra, rb) = (r * a, r * b);
            *pa += ra;
            *pb += rb;
            *paa += ra * a;
            *pab += ra * b;
            *pbb += rb * b;
        }
    }
    let mut sums = Curvature::default();
    for (row, (&label, &cost)) in labels.iter().zip(costs).enumerate() {
        if cost == 0.0 {
            continue;
        }
        sums.a += f64::from(pa[row]);
        sums.b += f64::from(pb[row]);
        // So far with `c (p - e)` in the place of `c p`.
        let index = label as usize * len + row;
        let (a, b) = (a[index], b[index]);
        let (mean_a, mean_b) = (pa[row] + cost * a, pb[row] + cost * b);
        sums.aa += f64::from(paa[row] + cost * a * a - mean_a * mean_a / cost);
        sums.ab += f64::from(pab[row] + cost * a * b - mean_a * mean_b / cost);
        sums.bb += f64::from(pbb[row] + cost * b * b - mean_b * mean_b / cost);
    }
    sums
}
