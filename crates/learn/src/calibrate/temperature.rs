//! Fitting the one number that all logits are divided by.
//!
//! Problem: minimize over the inverse temperature b the log loss of `softmax(b * logits)`, which is
//! convex in b. Nothing is penalized, but b stays between e^-10 and e^10, as in scikit-learn: the
//! optimum is infinite for logits that separate the classes, and may be negative for useless ones.
//!
//! Method: Newton's on the derivative, with bisection in log b wherever it would leave the bracket.
//! Stopping rule: a step changes b by at most 1e-12 of it.
//!
//! Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks, ICML 2017.

use head::Temperature;
use ndarray::{ArrayView1, ArrayView2, s};
use rayon::prelude::*;

const LARGEST_LOG: f64 = 10.0;
const TOLERANCE: f64 = 1e-12;
/// Bisection alone needs about fifty.
const MAX_ITER: usize = 200;
/// Rows whose sums are made at a time, so that the result does not depend on the number of threads.
const BLOCK_ROWS: usize = 1024;

/// Fits finite held-out `logits` `[n_samples, n_classes]` to their labels.
///
/// # Examples
///
/// ```
/// use ndarray::array;
///
/// // A head that is sure of every row and right in three of four is too sure.
/// let logits = array![[6.0, 0.0], [6.0, 0.0], [0.0, 6.0], [6.0, 0.0]];
/// assert!(learn::fit_temperature(logits.view(), &[0, 0, 1, 1]).temperature > 1.0);
/// ```
pub fn fit_temperature(logits: ArrayView2<'_, f32>, labels: &[usize]) -> Temperature {
    let (mut low, mut high) = ((-LARGEST_LOG).exp(), LARGEST_LOG.exp());
    if derivatives(low, logits, labels).0 >= 0.0 {
        return Temperature { temperature: 1.0 / low };
    }
    if derivatives(high, logits, labels).0 <= 0.0 {
        return Temperature { temperature: 1.0 / high };
    }
    let mut inverse = 1.0;
    for _ in 0..MAX_ITER {
        let (first, second) = derivatives(inverse, logits, labels);
        if first < 0.0 {
            low = inverse;
        } else {
            high = inverse;
        }
        let newton = inverse - first / second;
        let is_inside = low < newton && newton < high;
        let next = if is_inside { newton } else { (low * high).sqrt() };
        let change = (next - inverse).abs();
        inverse = next;
        if change <= TOLERANCE * inverse {
            break;
        }
    }
    Temperature { temperature: 1.0 / inverse }
}

/// First and second derivative of the summed log loss with respect to the inverse temperature.
fn derivatives(inverse: f64, logits: ArrayView2<'_, f32>, labels: &[usize]) -> (f64, f64) {
    let of_block = |(block, labels): (usize, &[usize])| {
        let logits = logits.slice(s![block * BLOCK_ROWS.., ..]);
        let rows = logits.rows().into_iter().zip(labels);
        let of_rows = rows.map(|(row, &label)| derivatives_of_row(inverse, row, label));
        of_rows.fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1))
    };
    let blocks: Vec<_> = labels.par_chunks(BLOCK_ROWS).enumerate().map(of_block).collect();
    blocks.into_iter().fold((0.0, 0.0), |sum, block| (sum.0 + block.0, sum.1 + block.1))
}

/// Mean logit under the probabilities less the label's, and the variance of the logits.
fn derivatives_of_row(inverse: f64, row: ArrayView1<'_, f32>, label: usize) -> (f64, f64) {
    let max = f64::from(row.fold(f32::NEG_INFINITY, |max, &logit| max.max(logit)));
    let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
    for &logit in row {
        let below_max = f64::from(logit) - max;
        let weight = (inverse * below_max).exp();
        sum += weight;
        first += weight * below_max;
        second += weight * below_max * below_max;
    }
    let mean = first / sum;
    (mean - (f64::from(row[label]) - max), second / sum - mean * mean)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn logits_that_separate_or_mislead_stop_at_the_bounds() {
        let logits = array![[2.0, 0.0], [0.0, 3.0]];
        let separating = fit_temperature(logits.view(), &[0, 1]);
        assert_eq!(separating.temperature, 1.0 / LARGEST_LOG.exp());
        let misleading = fit_temperature(logits.view(), &[1, 0]);
        assert_eq!(misleading.temperature, 1.0 / (-LARGEST_LOG).exp());
        let logs = misleading.log_probabilities(logits.view());
        assert!(logs.iter().all(|log| (log.exp() - 0.5).abs() < 1e-3));
    }

    #[test]
    fn odds_are_what_the_labels_say() {
        // Three of four rows are right at a difference of 6: odds of 3 are ln 3 over temperature.
        let logits = array![[6.0, 0.0], [6.0, 0.0], [0.0, 6.0], [6.0, 0.0]];
        let fitted = fit_temperature(logits.view(), &[0, 0, 1, 1]);
        assert!((fitted.temperature - 6.0 / 3f64.ln()).abs() < 1e-9, "{fitted:?}");
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let n = 3 * BLOCK_ROWS + 5;
        let logits =
            Array2::from_shape_fn((n, 3), |(row, class)| ((row * 7 + class * 5) % 11) as f32);
        let labels: Vec<usize> = (0..n).map(|row| (row / 3) % 3).collect();
        let fit = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit_temperature(logits.view(), &labels))
        };
        assert_eq!(fit(1), fit(3));
    }
}
