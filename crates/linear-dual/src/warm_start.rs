use rayon::prelude::*;

use super::{column::Column, measure::Sample, price::Price, scores::Scores};
use crate::gram::Layout;

/// Scales each column of a smaller C to the best multiple of itself at the next.
pub(super) fn scale_to(
    price: Price,
    previous_c: f64,
    columns: &mut [Column],
    scores: &mut Scores,
    layout: &Layout,
) {
    let factors: Vec<f32> = columns
        .par_iter_mut()
        .map(|column| {
            let samples = column.samples(scores, layout).map(|(_, sample)| sample);
            let factor = factor(samples, price, previous_c);
            for (beta, &weight) in column.beta.iter_mut().zip(&column.signed_weights) {
                *beta = price.clamp(*beta * factor, weight);
            }
            factor
        })
        .collect();
    scores.scale(&factors);
}

/// The best multiple of a solution of `previous_c` at the C of `price`, `sum alpha` over
/// `beta' (K + D) beta`: at least 1, and so little that no bound is passed.
pub(crate) fn factor(samples: impl Iterator<Item = Sample>, price: Price, previous_c: f64) -> f32 {
    let (mut linear, mut quadratic) = (0.0, 0.0);
    let supports = samples.filter(|sample| sample.beta != 0.0);
    supports.for_each(|Sample { signed_weight, beta, score }| {
        let ridge = f64::from(price.ridge(signed_weight) * beta);
        linear += f64::from(beta.abs());
        quadratic += f64::from(beta) * (f64::from(score) + ridge);
    });
    let best = if quadratic > 0.0 { linear / quadratic } else { 1.0 };
    best.clamp(1.0, price.c / previous_c) as f32
}
