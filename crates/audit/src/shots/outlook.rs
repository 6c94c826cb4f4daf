//! What twice as many images are likely to bring.
//!
//! Errors of many heads fall with a power of the number of images (Hestness et al. 2017). Its exponent is the slope of
//! a line through the logarithms of the errors on an eighth, a quarter, a half and all of the images of each class, by
//! least squares, and the error on twice as many is that on all, less what the power takes. This holds as long as more
//! images are of the same kind as these, and the errors do not near a floor, which four points cannot tell. What the
//! same rule would have said of all images from an eighth to a half of them stands beside it, with what came true.

use rand::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

use super::fits::Fitted;
use super::point::mean_and_spread;
use crate::fence::quantile;

/// The parts of each class that heads are trained on, besides all of it.
pub(super) const FRACTIONS: [f64; 3] = [0.125, 0.25, 0.5];

/// Resamples of draws and of rows that the interval is made with.
const RESAMPLES: usize = 1000;

/// What twice as many images are likely to bring.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outlook {
    /// Accuracy on parts of each class.
    pub fractions: Vec<Fraction>,
    /// The power of the number of images that the error falls with; below 0 it rises.
    pub exponent: f64,
    /// What twice as many images are likely to add to the accuracy.
    pub gain: f64,
    /// The middle 95 % of that gain when draws and scored rows are resampled. It tells chance, not
    /// whether the rule holds.
    pub gain_interval: [f64; 2],
    /// What the same rule says of the last doubling, from half of the images to all, without having seen all.
    pub expected_last_gain: f64,
    /// What the last doubling brought.
    pub last_gain: f64,
}

/// Accuracy on a part of each class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fraction {
    /// The part.
    pub fraction: f64,
    /// Images trained on.
    pub n_rows: usize,
    /// Mean accuracy over draws.
    pub accuracy: f64,
    /// Standard deviation of that between draws; 0 of one draw.
    pub spread: f64,
}

/// The outlook from heads on parts of each class: ascending, the last on all.
pub(super) fn outlook(parts: &[(f64, Fitted)], seed: u64) -> Outlook {
    let fraction = |(fraction, fitted): &(f64, Fitted)| {
        let (accuracy, spread) = mean_and_spread(&fitted.accuracies());
        Fraction { fraction: *fraction, n_rows: fitted.n_rows, accuracy, spread }
    };
    let fractions: Vec<Fraction> = parts.iter().map(fraction).collect();
    let n_rows = parts[0].1.wrong[0].len();
    let n_draws = parts[0].1.wrong.len();
    let errors = errors(parts, &vec![1; n_draws], &vec![1; n_rows]);
    let (before, last) = errors.split_at(errors.len() - 1);
    let gain = gain_of_doubling(&errors);
    Outlook {
        fractions,
        exponent: exponent(&errors),
        gain,
        gain_interval: gain_interval(parts, seed),
        expected_last_gain: gain_of_doubling(before),
        last_gain: before[before.len() - 1].1 - last[0].1,
    }
}

/// The error on each part, where draws and rows count so many times. A half is added to the errors, so that none of
/// them is without a logarithm.
fn errors(parts: &[(f64, Fitted)], draws: &[usize], rows: &[usize]) -> Vec<(f64, f64)> {
    let n_rows = rows.iter().sum::<usize>() as f64;
    let wrong_of = |wrong: &Vec<bool>| -> usize {
        wrong.iter().zip(rows).map(|(&wrong, times)| if wrong { *times } else { 0 }).sum()
    };
    let error = |(fraction, fitted): &(f64, Fitted)| {
        // All images are drawn once.
        let times = if fitted.wrong.len() == 1 { &[1][..] } else { draws };
        let weighted = fitted.wrong.iter().zip(times).filter(|(_, times)| **times > 0);
        let wrong: usize = weighted.map(|(wrong, times)| times * wrong_of(wrong)).sum();
        let mean = wrong as f64 / times.iter().sum::<usize>() as f64;
        (*fraction, (mean + 0.5) / (n_rows + 1.0))
    };
    parts.iter().map(error).collect()
}

/// The power that errors fall with, by least squares on logarithms.
fn exponent(errors: &[(f64, f64)]) -> f64 {
    let n = errors.len() as f64;
    let logs = || errors.iter().map(|(fraction, error)| (fraction.ln(), error.ln()));
    let (x, y) = logs().fold((0.0, 0.0), |sums, (x, y)| (sums.0 + x / n, sums.1 + y / n));
    let products: f64 = logs().map(|(log_x, log_y)| (log_x - x) * (log_y - y)).sum();
    let squares: f64 = logs().map(|(log_x, _)| (log_x - x).powi(2)).sum();
    -products / squares
}

/// What the next doubling takes of the last error.
fn gain_of_doubling(errors: &[(f64, f64)]) -> f64 {
    let (_, last) = errors[errors.len() - 1];
    last * (1.0 - (-exponent(errors)).exp2())
}

fn gain_interval(parts: &[(f64, Fitted)], seed: u64) -> [f64; 2] {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (n_draws, n_rows) = (parts[0].1.wrong.len(), parts[0].1.wrong[0].len());
    let mut resampled = |n: usize| {
        let mut times = vec![0; n];
        (0..n).for_each(|_| times[rng.gen_range(0..n)] += 1);
        times
    };
    let resamples = (0..RESAMPLES).map(|_| {
        let (draws, rows) = (resampled(n_draws), resampled(n_rows));
        gain_of_doubling(&errors(parts, &draws, &rows))
    });
    let mut gains: Vec<f64> = resamples.collect();
    gains.sort_by(f64::total_cmp);
    [0.025, 0.975].map(|share| quantile(&gains, share).expect("there are resamples"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two draws of `n_wrong` of 1000 rows on each part, one on all.
    fn parts(n_wrong: [usize; 4]) -> Vec<(f64, Fitted)> {
        let fitted = |(at, n_wrong): (usize, usize)| {
            let wrong = (0..1000).map(|row| row < n_wrong).collect();
            let fraction = [FRACTIONS.as_slice(), &[1.0]].concat()[at];
            let wrong = vec![wrong; if at == 3 { 1 } else { 2 }];
            (fraction, Fitted { n_rows: 8 << at, wrong, converged: true })
        };
        n_wrong.into_iter().enumerate().map(fitted).collect()
    }

    #[test]
    fn a_power_law_is_continued() {
        // Halved with each doubling.
        let outlook = outlook(&parts([400, 200, 100, 50]), 0);
        assert!((outlook.exponent - 1.0).abs() < 0.01, "{}", outlook.exponent);
        assert!((outlook.gain - 0.025).abs() < 0.001, "{}", outlook.gain);
        assert!((outlook.last_gain - 0.05).abs() < 0.001);
        assert!((outlook.expected_last_gain - 0.05).abs() < 0.001);
        let [low, high] = outlook.gain_interval;
        assert!(low < outlook.gain && outlook.gain < high && low > 0.015 && high < 0.04);
        let accuracies: Vec<f64> = outlook.fractions.iter().map(|part| part.accuracy).collect();
        assert_eq!(accuracies, [0.6, 0.8, 0.9, 0.95]);
    }

    #[test]
    fn nothing_is_promised_where_nothing_falls() {
        let flat = outlook(&parts([100; 4]), 0);
        assert!(flat.exponent.abs() < 1e-12 && flat.gain.abs() < 1e-12);
        // No error at all has a logarithm as well.
        let perfect = outlook(&parts([0; 4]), 0);
        assert!(perfect.gain.abs() < 1e-12 && perfect.exponent.is_finite());
        assert!(outlook(&parts([50, 60, 80, 90]), 0).gain < 0.0);
    }
}
