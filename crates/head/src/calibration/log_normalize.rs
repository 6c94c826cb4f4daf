//! Rows of probabilities, in logarithms.

use ndarray::ArrayViewMut1;

/// Subtracts from `row` the logarithm of the sum of its exponentials, after which these sum to 1.
pub(super) fn log_normalize(mut row: ArrayViewMut1<'_, f64>) {
    let max = row.fold(f64::NEG_INFINITY, |max, &value| max.max(value));
    row -= max;
    let sum: f64 = row.iter().map(|value| value.exp()).sum();
    row -= sum.ln();
}
