//! The objectives written down plainly, apart from the solvers.

use heads::LinearHead;
use ndarray::{Array1, Array2, ArrayView1};

use crate::{heads_under_test::Head, reference_file::Training};

/// The objective of a head on its training set, in f64, with one weight for each class.
pub(crate) fn objective(
    kind: Head,
    head: &LinearHead,
    training: &Training,
    c: f64,
    class_weights: &[f64],
) -> f64 {
    let coef = head.coef().mapv(f64::from);
    let intercept = head.intercept().mapv(f64::from);
    let scores: Array2<f64> = training.records.mapv(f64::from).dot(&coef.t()) + &intercept;
    let losses: f64 = scores
        .rows()
        .into_iter()
        .zip(&training.targets)
        .map(|(row, &label)| class_weights[label] * loss(kind, row, label))
        .sum();
    let squares = |values: &mut dyn Iterator<Item = &f64>| values.map(|v| v * v).sum::<f64>();
    let penalty = match kind {
        Head::Softmax | Head::Smo | Head::Ridge => squares(&mut coef.iter()),
        Head::Hinge | Head::SquaredHinge => squares(&mut coef.iter().chain(&intercept)),
    };
    0.5 * penalty + c * losses
}

/// scikit-learn's "balanced" weights.
pub(crate) fn balanced_weights(labels: &Array1<usize>) -> Vec<f64> {
    let n_classes = labels.iter().max().unwrap() + 1;
    let count = |class| labels.iter().filter(|&&label| label == class).count();
    (0..n_classes).map(|k| labels.len() as f64 / (n_classes * count(k)) as f64).collect()
}

fn loss(kind: Head, scores: ArrayView1<'_, f64>, label: usize) -> f64 {
    if kind == Head::Softmax {
        let top = scores.fold(f64::NEG_INFINITY, |top, &z| top.max(z));
        return top + scores.mapv(|z| (z - top).exp()).sum().ln() - scores[label];
    }
    if kind == Head::Ridge {
        let target = |class| if class == label { 1.0 } else { -1.0 };
        return scores.iter().enumerate().map(|(class, z)| (target(class) - z).powi(2)).sum();
    }
    let slack = |(class, &score): (usize, &f64)| {
        (1.0 - if class == label { score } else { -score }).max(0.0)
    };
    let power = if kind == Head::SquaredHinge { 2 } else { 1 };
    scores.iter().enumerate().map(|indexed| slack(indexed).powi(power)).sum()
}
