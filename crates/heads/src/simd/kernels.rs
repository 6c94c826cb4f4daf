//! The kernels: safe loops over slices that the compiler vectorizes, each compiled once for every
//! [`Level`].
//!
//! Levels differ in rounding (a fused multiply-add rounds once), not in anything else.

#![expect(unsafe_code, reason = "functions compiled for instructions that were looked up")]

use super::level::{Instructions, Level};
use crate::gram::TILE;

/// `value` at a position of a sparse vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Entry {
    pub(crate) position: u32,
    pub(crate) value: f32,
}

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
    /// `K_ii`.
    pub(crate) diagonal: &'a [f32],
    /// `Q_ii`.
    pub(crate) ridge: &'a [f32],
}

/// `acc + factor * x` in one rounding where the instructions have it.
#[inline(always)]
fn multiply_add<const FMA: bool>(factor: f32, x: f32, acc: f32) -> f32 {
    if FMA { factor.mul_add(x, acc) } else { acc + factor * x }
}

/// Values of a vector that are kept in one register, or two or four where registers are shorter.
const LANES: usize = 16;

#[inline(always)]
fn add_columns_body<const FMA: bool>(
    scores: &mut [f32; TILE],
    columns: &[[f32; TILE]],
    entries: &[Entry],
) {
    const PARTS: usize = TILE / LANES;
    let mut sums = [[0.0_f32; LANES]; PARTS];
    for entry in entries {
        let column = &columns[entry.position as usize];
        for part in 0..PARTS {
            for lane in 0..LANES {
                let x = column[part * LANES + lane];
                sums[part][lane] = multiply_add::<FMA>(entry.value, x, sums[part][lane]);
            }
        }
    }
    for part in 0..PARTS {
        for lane in 0..LANES {
            scores[part * LANES + lane] += sums[part][lane];
        }
    }
}

#[inline(always)]
fn add_columns_f64_body<const FMA: bool>(
    scores: &mut [f64; TILE],
    columns: &[[f32; TILE]],
    entries: &[Entry],
) {
    for entry in entries {
        let column = &columns[entry.position as usize];
        let value = f64::from(entry.value);
        for (score, &x) in scores.iter_mut().zip(column) {
            let x = f64::from(x);
            *score = if FMA { value.mul_add(x, *score) } else { *score + value * x };
        }
    }
}

#[inline(always)]
fn add_scaled_body<const FMA: bool>(target: &mut [f32], factor: f32, x: &[f32]) {
    let (target, _) = target.as_chunks_mut::<LANES>();
    let (x, _) = x.as_chunks::<LANES>();
    for (target, x) in target.iter_mut().zip(x) {
        for lane in 0..LANES {
            target[lane] = multiply_add::<FMA>(factor, x[lane], target[lane]);
        }
    }
}

/// The change of `beta_i` that minimizes the problem over it alone, times `s_i`.
#[inline(always)]
fn best_change(score: f32, beta: f32, signed_upper: f32, diagonal: f32, ridge: f32) -> f32 {
    let sign = 1.0_f32.copysign(signed_upper);
    let alpha = sign * beta;
    let gradient = sign * score - 1.0 + ridge * alpha;
    (alpha - gradient / (diagonal + ridge)).max(0.0).min(signed_upper.abs()) - alpha
}

#[inline(always)]
fn sweep_coordinates_body<const FMA: bool>(
    problem: &mut CoordinateSweep<'_>,
    order: &[u32],
    movers: &mut Vec<u32>,
    smallest: f32,
) -> f32 {
    let n = problem.beta.len();
    let (scores, beta) = (&mut problem.scores[..], &mut problem.beta[..n]);
    let (uppers, diagonal) = (&problem.signed_upper[..n], &problem.diagonal[..n]);
    let ridge = &problem.ridge[..n];
    // Most coordinates rest at a bound. Those that would move now are found without a branch.
    movers.clear();
    movers.resize(order.len(), 0);
    let mut n_movers = 0;
    for &i in order {
        let at = i as usize;
        let change = best_change(scores[at], beta[at], uppers[at], diagonal[at], ridge[at]);
        movers[n_movers] = i;
        n_movers += usize::from(change.abs() * diagonal[at] > smallest);
    }
    let mut largest = 0.0_f32;
    for &i in &movers[..n_movers] {
        let at = i as usize;
        let change = best_change(scores[at], beta[at], uppers[at], diagonal[at], ridge[at]);
        let effect = change.abs() * diagonal[at];
        if effect > smallest {
            largest = largest.max(effect);
            let change = 1.0_f32.copysign(uppers[at]) * change;
            beta[at] += change;
            let column = &problem.gram[at * problem.stride..][..problem.stride];
            add_scaled_body::<FMA>(scores, change, column);
        }
    }
    largest
}

/// Defines a function that runs `$body` compiled for a level.
macro_rules! compiled_for_levels {
    ($(#[$doc:meta])* $name:ident, $body:ident, ($($arg:ident: $type:ty),*) $(-> $out:ty)?) => {
        $(#[$doc])*
        pub(crate) fn $name(level: Level, $($arg: $type),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx2,fma")]
            fn avx512($($arg: $type),*) $(-> $out)? {
                $body::<true>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $type),*) $(-> $out)? {
                $body::<true>($($arg),*)
            }
            match level.0 {
                Instructions::Portable => {
                    $body::<{ cfg!(target_arch = "aarch64") }>($($arg),*)
                }
                #[cfg(target_arch = "x86_64")]
                // SAFETY: a `Level` holds these instructions only where they were detected.
                Instructions::Avx2 => unsafe { avx2($($arg),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: a `Level` holds these instructions only where they were detected.
                Instructions::Avx512 => unsafe { avx512($($arg),*) },
            }
        }
    };
}

compiled_for_levels!(
    /// `scores += sum of value * columns[position]` over the entries.
    add_columns, add_columns_body,
    (scores: &mut [f32; TILE], columns: &[[f32; TILE]], entries: &[Entry])
);
compiled_for_levels!(
    /// [`add_columns`] summed in f64.
    add_columns_f64, add_columns_f64_body,
    (scores: &mut [f64; TILE], columns: &[[f32; TILE]], entries: &[Entry])
);
compiled_for_levels!(
    /// `target += factor * x`, for lengths that are multiples of 16.
    add_scaled, add_scaled_body,
    (target: &mut [f32], factor: f32, x: &[f32])
);
compiled_for_levels!(
    /// One pass of coordinate descent over `order`; `movers` is scratch. Changes of a score below
    /// `smallest` are not made. Returns the largest change that was, in units of the margin.
    sweep_coordinates, sweep_coordinates_body,
    (problem: &mut CoordinateSweep<'_>, order: &[u32], movers: &mut Vec<u32>, smallest: f32) -> f32
);
