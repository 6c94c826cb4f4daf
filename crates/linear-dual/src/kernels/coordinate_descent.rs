//! Coordinate descent on a small dense problem: safe loops over slices that the compiler vectorizes,
//! compiled once for every [`Level`].
//!
//! Levels differ in rounding (a fused multiply-add rounds once), not in anything else.

use simd::Level;

/// A box-constrained quadratic problem over `order.len()` coordinates at most, as
/// [`sweep_coordinates`] sees it.
///
/// ```text
/// min_beta  1/2 beta' (K + Q) beta - sum_i s_i beta_i,   0 <= s_i beta_i <= upper_i
/// ```
pub(crate) struct CoordinateSweep<'a> {
    /// `K`, symmetric, columns of `stride` values.
    pub(crate) gram: &'a [f32],
    /// Length of a column and of `scores`, a multiple of 16.
    pub(crate) stride: usize,
    /// `K beta`, kept up to date.
    pub(crate) scores: &'a mut [f32],
    /// `beta`.
    pub(crate) beta: &'a mut [f32],
    /// `s_i upper_i`: 0 for a coordinate that must not move.
    pub(crate) signed_upper: &'a [f32],
    /// `Q_ii`.
    pub(crate) ridge: &'a [f32],
    /// `1 / (K_ii + Q_ii)`.
    pub(crate) inverse: &'a [f32],
}

/// Scratch of [`sweep_coordinates`].
#[derive(Debug, Default)]
pub(crate) struct Movers {
    changes: Vec<f32>,
    order: Vec<u32>,
}

/// `acc + factor * x` in one rounding where the instructions have it.
#[inline(always)]
fn multiply_add<const FMA: bool>(factor: f32, x: f32, acc: f32) -> f32 {
    if FMA { factor.mul_add(x, acc) } else { acc + factor * x }
}

/// One flat loop: of one over chunks of a vector's length the compiler takes the outer loop for the one to
/// vectorize, by gathers and scatters, which is ten times slower.
#[inline(always)]
fn add_scaled_body<const FMA: bool>(target: &mut [f32], factor: f32, x: &[f32]) {
    for (target, &x) in target.iter_mut().zip(x) {
        *target = multiply_add::<FMA>(factor, x, *target);
    }
}

/// `alpha_i = s_i beta_i`, and the value that minimizes the problem over it alone.
#[inline(always)]
fn best_step(score: f32, beta: f32, signed_upper: f32, ridge: f32, inverse: f32) -> (f32, f32) {
    let sign = 1.0_f32.copysign(signed_upper);
    let alpha = sign * beta;
    let gradient = sign * score - 1.0 + ridge * alpha;
    (alpha, (alpha - gradient * inverse).max(0.0).min(signed_upper.abs()))
}

#[inline(always)]
fn sweep_coordinates_body<const FMA: bool>(
    problem: &mut CoordinateSweep<'_>,
    order: &[u32],
    movers: &mut Movers,
    smallest: f32,
) -> f32 {
    let n = problem.beta.len();
    let (scores, beta) = (&mut problem.scores[..], &mut problem.beta[..n]);
    let (uppers, ridge) = (&problem.signed_upper[..n], &problem.ridge[..n]);
    let inverse = &problem.inverse[..n];
    // Most coordinates rest at a bound. Those that would move now are found without a branch.
    movers.changes.resize(n, 0.0);
    let changes = &mut movers.changes[..n];
    for i in 0..n {
        let (from, to) = best_step(scores[i], beta[i], uppers[i], ridge[i], inverse[i]);
        changes[i] = (to - from).abs() - smallest * inverse[i];
    }
    movers.order.resize(order.len(), 0);
    let mut n_movers = 0;
    for &i in order {
        movers.order[n_movers] = i;
        n_movers += usize::from(changes[i as usize] > 0.0);
    }
    let mut largest = 0.0_f32;
    for &i in &movers.order[..n_movers] {
        let at = i as usize;
        let (from, to) = best_step(scores[at], beta[at], uppers[at], ridge[at], inverse[at]);
        let change = (to - from).abs();
        if change > smallest * inverse[at] {
            largest = largest.max(change / inverse[at]);
            let sign = 1.0_f32.copysign(uppers[at]);
            // Assigned, not added to: a bound that is missed by rounding is no bound.
            beta[at] = sign * to;
            let column = &problem.gram[at * problem.stride..][..problem.stride];
            add_scaled_body::<FMA>(scores, sign * (to - from), column);
        }
    }
    largest
}

/// `target += factor * x`.
pub(crate) fn add_scaled(level: Level, target: &mut [f32], factor: f32, x: &[f32]) {
    match level {
        Level::PORTABLE => add_scaled_body::<false>(target, factor, x),
        _ => level.run(
            #[inline(always)]
            || add_scaled_body::<true>(target, factor, x),
        ),
    }
}

/// One pass of coordinate descent over `order`; `movers` is scratch. Changes of a score below
/// `smallest` are not made. Returns the largest change that was, in units of the margin.
pub(crate) fn sweep_coordinates(
    level: Level,
    problem: &mut CoordinateSweep<'_>,
    order: &[u32],
    movers: &mut Movers,
    smallest: f32,
) -> f32 {
    match level {
        Level::PORTABLE => sweep_coordinates_body::<false>(problem, order, movers, smallest),
        _ => level.run(
            #[inline(always)]
            || sweep_coordinates_body::<true>(problem, order, movers, smallest),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two variables in a vector of 16: the first may move, the second rests at its bound.
    #[test]
    fn every_level_minimizes_over_what_may_move() {
        const STRIDE: usize = 16;
        let mut gram = vec![0.0; 2 * STRIDE];
        (gram[0], gram[1]) = (2.0, 1.0);
        (gram[STRIDE], gram[STRIDE + 1]) = (1.0, 2.0);
        for level in Level::available() {
            let (mut scores, mut beta) = (vec![0.0; STRIDE], [0.0, 0.0]);
            let mut problem = CoordinateSweep {
                gram: &gram,
                stride: STRIDE,
                scores: &mut scores,
                beta: &mut beta,
                signed_upper: &[-0.25, 0.0],
                ridge: &[0.0; 2],
                inverse: &[0.5; 2],
            };
            let mut movers = Movers::default();
            let largest = sweep_coordinates(level, &mut problem, &[1, 0], &mut movers, 1e-6);
            assert_eq!((beta, largest), ([-0.25, 0.0], 0.5), "{level:?}");
            assert_eq!(scores[..2], [-0.5, -0.25], "{level:?}");
            let mut target = vec![1.0; STRIDE];
            add_scaled(level, &mut target, 2.0, &scores);
            assert_eq!(target[..3], [0.0, 0.5, 1.0], "{level:?}");
        }
    }
}
