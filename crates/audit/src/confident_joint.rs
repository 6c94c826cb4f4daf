//! How many rows of each labelled class are rows of each other one.

use metrics::argmax_rows;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

/// What a probability may lack of a threshold and still reach it.
const SHORT: f64 = 1e-6;

/// The smallest threshold, which a probability of 0 does not reach.
const SMALLEST: f64 = 2e-6;

/// The threshold of a class that no row is labelled with: no probability reaches it.
const UNREACHED: f64 = 2.0;

/// The confident joint, calibrated: rows by label and by likely class, `[n_classes, n_classes]`, where each label has
/// as many rows as there are of it.
pub(crate) fn confident_joint(labels: &[usize], probabilities: ArrayView2<'_, f64>) -> Array2<i64> {
    let n_classes = probabilities.ncols();
    let sizes = sizes(labels, n_classes);
    let thresholds = thresholds(labels, &sizes, probabilities);
    let mut joint = Array2::<f64>::zeros((n_classes, n_classes));
    let likeliest = argmax_rows(probabilities);
    for (row, (&label, &likeliest)) in labels.iter().zip(&likeliest).enumerate() {
        if let Some(class) = confident_class(probabilities.row(row), &thresholds, likeliest) {
            joint[[label, class]] += 1.0;
        }
    }
    joint.diag_mut().mapv_inplace(|count| count.max(1.0));
    calibrate(&mut joint, &sizes);
    rounded(&joint)
}

fn sizes(labels: &[usize], n_classes: usize) -> Array1<f64> {
    let mut sizes = Array1::zeros(n_classes);
    labels.iter().for_each(|&label| sizes[label] += 1.0);
    sizes
}

/// The mean probability of each class on the rows that are labelled with it.
fn thresholds(
    labels: &[usize],
    sizes: &Array1<f64>,
    probabilities: ArrayView2<'_, f64>,
) -> Array1<f64> {
    let mut sums = Array1::zeros(sizes.len());
    for (row, &label) in labels.iter().enumerate() {
        sums[label] += probabilities[[row, label]];
    }
    let mean = |sum: f64, size: f64| if size > 0.0 { sum / size } else { UNREACHED };
    ndarray::Zip::from(&sums).and(sizes).map_collect(|&sum, &size| mean(sum, size).max(SMALLEST))
}

/// The only class whose threshold a row reaches, of several the likeliest of all.
fn confident_class(
    probabilities: ArrayView1<'_, f64>,
    thresholds: &Array1<f64>,
    likeliest: usize,
) -> Option<usize> {
    let reaches = |class: &usize| probabilities[*class] >= thresholds[*class] - SHORT;
    let mut reached = (0..thresholds.len()).filter(reaches);
    let first = reached.next()?;
    Some(if reached.next().is_some() { likeliest } else { first })
}

/// Scales each row to the size of its class, and all to the number of rows.
fn calibrate(joint: &mut Array2<f64>, sizes: &Array1<f64>) {
    for (mut row, &size) in joint.rows_mut().into_iter().zip(sizes) {
        let sum = row.sum();
        row.mapv_inplace(|count| count / sum * size);
    }
    let (sum, n_rows) = (joint.sum(), sizes.sum());
    joint.mapv_inplace(|count| count / sum * n_rows);
}

/// Whole numbers of the same sum in each row: those that were rounded the furthest give way.
fn rounded(joint: &Array2<f64>) -> Array2<i64> {
    let mut counts = Array2::zeros(joint.dim());
    for (mut counts, row) in counts.axis_iter_mut(Axis(0)).zip(joint.rows()) {
        counts.assign(&rounded_row(row));
    }
    counts
}

fn rounded_row(row: ArrayView1<'_, f64>) -> Array1<i64> {
    let mut counts = row.mapv(|count| count.round_ties_even() as i64);
    let difference = row.sum().round_ties_even() as i64 - counts.sum();
    let rest = |class: &usize| row[*class] - row[*class].round_ties_even();
    let mut order: Vec<usize> = (0..row.len()).collect();
    order.sort_by(|a, b| rest(a).total_cmp(&rest(b)));
    if difference > 0 {
        order.reverse();
    }
    // Rounding moves each count by a half at most, so that one step each is enough.
    for &class in order.iter().take(difference.unsigned_abs() as usize) {
        counts[class] += difference.signum();
    }
    counts
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn rounding_keeps_the_sum_of_a_row() {
        assert_eq!(rounded_row(array![0.4, 0.4, 0.2].view()), array![0, 1, 0]);
        assert_eq!(rounded_row(array![1.6, 1.7, 1.7].view()), array![1, 2, 2]);
        assert_eq!(rounded_row(array![2.0, 0.0].view()), array![2, 0]);
    }

    #[test]
    fn rows_that_reach_no_threshold_count_nowhere_and_of_two_the_likeliest_counts() {
        let probabilities = array![[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.55, 0.45]];
        // Thresholds 0.7 and 0.575: rows 1 and 3 reach none; the joint is scaled from 1 + 1 to 2 + 2.
        assert_eq!(confident_joint(&[0, 0, 1, 1], probabilities.view()), array![[2, 0], [0, 2]]);
        // Thresholds 0.3 and 0.4, which row 0 reaches both of.
        let probabilities = array![[0.3, 0.7], [0.6, 0.4]];
        // Each counts as the other, and the diagonal is 1 at least: halves, which are rounded to the last class.
        assert_eq!(confident_joint(&[0, 1], probabilities.view()), array![[0, 1], [0, 1]]);
    }
}
