//! Intervals by the bootstrap.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::class_counts::ClassCounts;
use super::{Averages, Predictions};

/// How often rows are drawn anew, and with what seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Number of resamples, at least 1.
    pub resamples: usize,
    /// Seed.
    pub seed: u64,
}

/// More resamples than there may be, or none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a bootstrap has 1 to {max} resamples, got {0}", max = Bootstrap::MAX_RESAMPLES)]
pub struct ResamplesError(pub usize);

impl Bootstrap {
    /// The most resamples: a thousand are enough for two digits.
    pub const MAX_RESAMPLES: usize = 1_000_000;

    /// Refuses a number of resamples that nobody waits for.
    ///
    /// # Errors
    /// [`ResamplesError`].
    pub fn check(self) -> Result<(), ResamplesError> {
        if (1..=Self::MAX_RESAMPLES).contains(&self.resamples) {
            Ok(())
        } else {
            Err(ResamplesError(self.resamples))
        }
    }
}

/// A lower and an upper end.
pub type Interval = [f64; 2];

/// 95 % intervals of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Intervals {
    /// How they were made.
    #[serde(flatten)]
    pub bootstrap: Bootstrap,
    /// Of the accuracy.
    pub accuracy: Interval,
    /// Of the mean per-class accuracy.
    pub mean_class_accuracy: Interval,
    /// Of the macro F1.
    pub macro_f1: Interval,
    /// Of the log loss, where there is one.
    pub log_loss: Option<Interval>,
}

/// Percentile intervals (Efron, Bootstrap methods: another look at the jackknife, 1979): as many
/// rows as there are drawn with replacement, each metric computed of them, this done
/// `bootstrap.resamples` times, and the 2.5 % and 97.5 % percentiles taken (numpy's default, linear
/// between neighbors).
///
/// They say how far the metrics would vary over test sets of this size; not how far they would over
/// training sets. Each resample has a stream of random numbers of its own, so that the number of
/// threads changes nothing. There must be at least one row.
///
/// # Examples
///
/// ```
/// use metrics::{Bootstrap, Predictions, bootstrap};
/// use ndarray::array;
///
/// let predictions = Predictions::by_score(array![[2.0, 1.0], [0.5, 3.0], [5.0, 4.0]], None);
/// let options = Bootstrap { resamples: 100, seed: 0 };
/// let [low, high] = bootstrap(&predictions, &[0, 1, 1], options).accuracy;
/// assert!(low < 2.0 / 3.0 && 2.0 / 3.0 < high);
/// ```
pub fn bootstrap(predictions: &Predictions, labels: &[usize], bootstrap: Bootstrap) -> Intervals {
    let streams = streams(bootstrap);
    let resamples: Vec<Resample> =
        streams.into_par_iter().map(|rng| resample(predictions, labels, rng)).collect();
    let interval =
        |metric: fn(&Resample) -> f64| percentile_interval(resamples.iter().map(metric).collect());
    Intervals {
        bootstrap,
        accuracy: interval(|r| r.accuracy),
        mean_class_accuracy: interval(|r| r.mean_class_accuracy),
        macro_f1: interval(|r| r.macro_f1),
        log_loss: predictions.log_probabilities().map(|_| interval(|r| r.log_loss)),
    }
}

/// The same interval of any metric, which is given how often each of `n_rows` rows was drawn. Draws
/// for which it is not defined are left out; `None` where that is so of all.
///
/// # Examples
///
/// ```
/// use metrics::{Bootstrap, bootstrap_interval};
///
/// let values = [1.0, 2.0, 6.0];
/// let mean = |times: &[u32]| {
///     let sum: f64 = values.iter().zip(times).map(|(value, &n)| value * f64::from(n)).sum();
///     Some(sum / 3.0)
/// };
/// let interval = bootstrap_interval(3, Bootstrap { resamples: 200, seed: 0 }, mean);
/// assert!(interval.is_some_and(|[low, high]| low < 3.0 && 3.0 < high));
/// ```
pub fn bootstrap_interval(
    n_rows: usize,
    bootstrap: Bootstrap,
    metric: impl Fn(&[u32]) -> Option<f64> + Sync,
) -> Option<Interval> {
    let of_draw = |mut rng: Xoshiro256PlusPlus| {
        let mut times = vec![0; n_rows];
        for _ in 0..n_rows {
            times[rng.gen_range(0..n_rows)] += 1;
        }
        metric(&times)
    };
    let values: Vec<f64> = streams(bootstrap).into_par_iter().filter_map(of_draw).collect();
    (!values.is_empty()).then(|| percentile_interval(values))
}

/// A stream of random numbers for each resample.
fn streams(bootstrap: Bootstrap) -> Vec<Xoshiro256PlusPlus> {
    let mut stream = Xoshiro256PlusPlus::seed_from_u64(bootstrap.seed);
    let next = |_| {
        stream.jump();
        stream.clone()
    };
    (0..bootstrap.resamples).map(next).collect()
}

fn percentile_interval(mut values: Vec<f64>) -> Interval {
    values.sort_unstable_by(f64::total_cmp);
    [percentile(&values, 0.025), percentile(&values, 0.975)]
}

struct Resample {
    accuracy: f64,
    mean_class_accuracy: f64,
    macro_f1: f64,
    /// Zero for plain margins.
    log_loss: f64,
}

fn resample(predictions: &Predictions, labels: &[usize], mut rng: Xoshiro256PlusPlus) -> Resample {
    let logs = predictions.log_probabilities();
    let mut loss = 0.0;
    let pairs = (0..labels.len()).map(|_| {
        let row = rng.gen_range(0..labels.len());
        let label = labels[row];
        loss -= logs.map_or(0.0, |logs| logs[[row, label]]);
        (label, predictions.classes()[row])
    });
    let counts = ClassCounts::count(predictions.n_classes(), pairs);
    Resample {
        accuracy: counts.accuracy(),
        mean_class_accuracy: counts.mean_class_accuracy(),
        macro_f1: Averages::of(&counts).of_classes.f1,
        log_loss: loss / labels.len() as f64,
    }
}

/// The value below which this `fraction` of the sorted `values` lies.
fn percentile(values: &[f64], fraction: f64) -> f64 {
    let place = fraction * (values.len() - 1) as f64;
    let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn intervals(threads: usize, seed: u64) -> Intervals {
        let labels: Vec<usize> = (0..90).map(|row| row % 3).collect();
        let scores =
            Array2::from_shape_fn((90, 3), |(row, class)| ((row * 7 + class * 5) % 11) as f32);
        let logs = scores.mapv(|score: f32| f64::from(score) - 20.0);
        let predictions = Predictions::by_score(scores, Some(logs));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| bootstrap(&predictions, &labels, Bootstrap { resamples: 50, seed }))
    }

    #[test]
    fn a_number_of_resamples_that_nobody_waits_for_is_told_with_the_most() {
        let message = |resamples| {
            let refused = Bootstrap { resamples, seed: 0 }.check();
            refused.map_err(|error| error.to_string())
        };
        assert_eq!(message(1_000_000), Ok(()));
        for bad in [0, 1_000_001] {
            let expected = format!("a bootstrap has 1 to 1000000 resamples, got {bad}");
            assert_eq!(message(bad), Err(expected));
        }
    }

    #[test]
    fn the_seed_decides_and_the_number_of_threads_does_not() {
        assert_eq!(intervals(1, 0), intervals(3, 0));
        assert_ne!(intervals(1, 0), intervals(1, 1));
    }

    #[test]
    fn intervals_are_around_what_they_belong_to() {
        let Intervals { accuracy: [low, high], log_loss, .. } = intervals(1, 0);
        assert!(0.0 < low && low < high && high < 1.0);
        assert!(log_loss.is_some_and(|[low, high]| 0.0 < low && low < high));
    }

    #[test]
    fn every_draw_has_as_many_rows_and_undefined_ones_are_left_out() {
        let options = Bootstrap { resamples: 40, seed: 3 };
        let rows =
            bootstrap_interval(7, options, |times| Some(f64::from(times.iter().sum::<u32>())));
        assert_eq!(rows, Some([7.0, 7.0]));
        let first = |times: &[u32]| (times[0] > 0).then(|| f64::from(times[0]));
        assert_eq!(bootstrap_interval(7, options, first).map(|[low, _]| low), Some(1.0));
        assert_eq!(bootstrap_interval(7, options, |_| None), None);
    }

    #[test]
    fn percentiles_are_linear_between_neighbors() {
        assert_eq!(percentile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(percentile(&[5.0], 0.975), 5.0);
    }
}
