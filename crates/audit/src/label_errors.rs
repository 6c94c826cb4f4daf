//! Labels that are likely wrong: confident learning (Northcutt, Jiang and Chuang 2021, "Confident learning:
//! estimating uncertainty in dataset labels"), pruned by noise rate.
//!
//! A class has as threshold the mean probability that its own rows have of it. A row counts as a row of the class
//! whose threshold its probability reaches, of several the likeliest. These counts, scaled to the sizes of the
//! labelled classes, say how many rows of each class are rows of each other one; of each pair so many rows are
//! listed as their count says, those with the largest margins first. A row whose label is its likeliest class is
//! never listed.

use metrics::argmax_rows;
use ndarray::{Array2, ArrayView2};

use crate::confident_joint::confident_joint;

/// What two probabilities may differ by and still count as equal.
const EQUAL: f64 = 1e-6;

/// The positions of the rows whose labels are likely wrong, the least likely label first. `probabilities`
/// `[n_rows, n_classes]` are of heads that have not seen their row.
///
/// # Panics
/// If there are not as many labels as rows, or a label is no class.
///
/// # Examples
///
/// ```
/// use audit::likely_label_errors;
/// use ndarray::array;
///
/// let probabilities =
///     array![[0.9, 0.1], [0.8, 0.2], [0.95, 0.05], [0.1, 0.9], [0.15, 0.85], [0.97, 0.03]];
/// assert_eq!(likely_label_errors(&[0, 0, 0, 1, 1, 1], probabilities.view()), [5]);
/// ```
pub fn likely_label_errors(labels: &[usize], probabilities: ArrayView2<'_, f64>) -> Vec<usize> {
    assert_eq!(labels.len(), probabilities.nrows(), "a label a row");
    let joint = confident_joint(labels, probabilities);
    let mut is_listed = vec![false; labels.len()];
    for class in 0..probabilities.ncols() {
        let rows: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == class).collect();
        // A class keeps a row.
        if rows.len() > 1 {
            for (other, count) in errors_of_class(&joint, class) {
                let largest = largest_margins(&rows, class, other, count, probabilities);
                largest.iter().for_each(|&row| is_listed[row] = true);
            }
        }
    }
    let is_likeliest = label_is_likeliest(labels, probabilities);
    let mut listed: Vec<usize> =
        (0..labels.len()).filter(|&row| is_listed[row] && !is_likeliest[row]).collect();
    listed
        .sort_by(|&a, &b| probabilities[[a, labels[a]]].total_cmp(&probabilities[[b, labels[b]]]));
    listed
}

/// How many rows labelled `class` are taken for rows of each other class. Where no row of the class is sure to be
/// one, the others give up one together.
fn errors_of_class(joint: &Array2<i64>, class: usize) -> Vec<(usize, usize)> {
    let counts = joint.row(class);
    let missing = (1 - counts[class]).max(0) as f64;
    let n_others = counts.iter().filter(|&&count| count != 0).count() as f64 - 1.0;
    let given_up = missing / n_others.max(1.0);
    let others = (0..counts.len()).filter(|&other| other != class);
    others.map(|other| (other, (counts[other] as f64 - given_up).max(0.0) as usize)).collect()
}

/// The `count` of `rows` that are likelier of `other` than of `class` by most.
fn largest_margins(
    rows: &[usize],
    class: usize,
    other: usize,
    count: usize,
    probabilities: ArrayView2<'_, f64>,
) -> Vec<usize> {
    let margin = |row: usize| probabilities[[row, other]] - probabilities[[row, class]];
    let mut rows = rows.to_vec();
    if count > 0 {
        rows.sort_by(|&a, &b| margin(b).total_cmp(&margin(a)));
    }
    rows.truncate(count);
    rows
}

/// Whether the label of each row is its likeliest class, or as likely as that.
fn label_is_likeliest(labels: &[usize], probabilities: ArrayView2<'_, f64>) -> Vec<bool> {
    let mut favoring = probabilities.to_owned();
    for (row, &label) in labels.iter().enumerate() {
        favoring[[row, label]] += EQUAL;
    }
    argmax_rows(favoring.view())
        .iter()
        .zip(labels)
        .map(|(likeliest, label)| likeliest == label)
        .collect()
}
