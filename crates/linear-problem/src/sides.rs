//! Which side of each binary problem a row is on, and how much it weighs.

use ndarray::ArrayView2;

use crate::{ClassWeight, FitError, PathProblem, Targets};

/// For each fold, and for each class in it, the weight of every row's class with the sign of its
/// side: 0 where the row is held out or ignored. `[n_folds * n_classes]` of `[n_samples]`.
///
/// # Errors
/// [`FitError::ShapeMismatch`], [`FitError::OneClass`], [`FitError::MissingClass`] (a fold trains
/// on no row of a class), [`FitError::ClassWeightCount`].
pub fn signed_weights(
    problem: &PathProblem<'_>,
    class_weight: &ClassWeight,
) -> Result<Vec<Vec<f32>>, FitError> {
    problem.check()?;
    let k = problem.n_classes;
    let mut all = Vec::with_capacity(k * problem.folds.n_folds);
    for fold in 0..problem.folds.n_folds {
        let trains = |row: usize| problem.folds.held_out_by[row] != Some(fold);
        all.extend(match problem.targets {
            Targets::Classes(labels) => one_vs_rest(labels, k, trains, class_weight)?,
            Targets::MultiLabel(labels) => multi_label(labels, k, trains, class_weight)?,
        });
    }
    Ok(all)
}

/// Signed weights of each row, for each class against the rest.
fn one_vs_rest(
    labels: &[usize],
    n_classes: usize,
    trains: impl Fn(usize) -> bool,
    class_weight: &ClassWeight,
) -> Result<Vec<Vec<f32>>, FitError> {
    if n_classes < 2 {
        return Err(FitError::OneClass);
    }
    let mut counts = vec![0; n_classes];
    for (row, &label) in labels.iter().enumerate() {
        counts[label] += usize::from(trains(row));
    }
    if let Some(class) = counts.iter().position(|&count| count == 0) {
        return Err(FitError::MissingClass { class });
    }
    let weights = class_weight.weights(&counts)?;
    let of_class = |class: usize| {
        let signed = |(row, &label): (usize, &usize)| match (trains(row), label == class) {
            (false, _) => 0.0,
            (true, true) => weights[label] as f32,
            (true, false) => -weights[label] as f32,
        };
        labels.iter().enumerate().map(signed).collect()
    };
    Ok((0..n_classes).map(of_class).collect())
}

/// Signed weights of each row, for each label against its absence.
///
/// A given weight is that of rows where the label is present; balanced weights give presence and
/// absence of each label the same total, as scikit-learn's `OneVsRestClassifier` does.
fn multi_label(
    labels: ArrayView2<'_, i8>,
    n_classes: usize,
    trains: impl Fn(usize) -> bool,
    class_weight: &ClassWeight,
) -> Result<Vec<Vec<f32>>, FitError> {
    // Checks the number of weights; counts matter to balanced ones alone, which are made below.
    let given = match class_weight {
        ClassWeight::Given(_) => class_weight.weights(&vec![1; n_classes])?,
        _ => vec![1.0; n_classes],
    };
    let of_class = |class: usize| {
        let sides = labels.column(class);
        let count = |side: i8| {
            let of_side = |&(row, &value): &(usize, &i8)| value.signum() == side && trains(row);
            sides.iter().enumerate().filter(of_side).count() as f64
        };
        let (present, absent) = match class_weight {
            ClassWeight::Balanced => {
                let (present, absent) = (count(1), count(-1));
                let half = 0.5 * (present + absent);
                // A side without rows has no weight to give.
                (half / present.max(1.0), half / absent.max(1.0))
            }
            _ => (given[class], 1.0),
        };
        let signed = |(row, &side): (usize, &i8)| match side.signum() {
            1 if trains(row) => present as f32,
            -1 if trains(row) => -absent as f32,
            _ => 0.0,
        };
        sides.iter().enumerate().map(signed).collect()
    };
    Ok((0..n_classes).map(of_class).collect())
}
