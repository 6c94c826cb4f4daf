//! VISSL's benchmark of VOC 2007, which is not the official one.
//!
//! As its `svm_low_shot` and `svm_trainer` compute it, read from their code: features are divided by
//! their norm plus 1e-5; for each class the C of the highest mean average precision (scikit-learn's) over
//! 3 unshuffled stratified folds is chosen of eleven; positives weigh 2; an image with nothing but
//! difficult objects of a class is trained as a negative, and left out of the test; the AP is the
//! all-point one. LIBLINEAR's squared hinge, intercept penalized.

use heads::{ClassWeight, FitError, Folds, PathOptions, PathProblem, Targets};
use metrics::Ranking;
use ndarray::{Array1, Array2, ArrayView1, Axis, stack};

use super::choice::best;
use super::run::TriedC;
use super::scores::Scored;
use super::solve::{Method, compared, kept, solve};

/// What is added to a norm.
const NORM_SUMMAND: f64 = 1e-5;

/// Folds by which C is chosen.
const N_FOLDS: usize = 3;

/// Weight of the rows that have the class.
const POSITIVE_WEIGHT: f64 = 2.0;

/// Trains and applies one SVM a class. `truth` is `[n_train, n_classes]`.
///
/// # Errors
/// [`FitError`].
pub(super) fn vissl_scores(
    (train, test): (Array2<f32>, Array2<f32>),
    truth: &Array2<i8>,
    method: Method,
    cs: &[f64],
) -> Result<Scored, FitError> {
    let [train, test] = [train, test].map(divided_by_norms);
    let train = train.view();
    let (mut columns, mut c_of_class, mut converged) =
        (Vec::<Array1<f32>>::new(), Vec::new(), true);
    for labels in truth.columns() {
        let labels = labels.mapv(|label| if label > 0 { 1 } else { -1_i8 });
        let held_out_by = unshuffled_folds(labels.view());
        let sides = labels.view().insert_axis(Axis(1));
        let problem = |held_out_by| PathProblem {
            rows: &train,
            targets: Targets::MultiLabel(sides),
            n_classes: 1,
            folds: Folds { n_folds: N_FOLDS, held_out_by },
        };
        let weighted = |options: PathOptions| PathOptions {
            class_weight: ClassWeight::Given(vec![POSITIVE_WEIGHT]),
            ..options
        };
        let mut tried = Vec::new();
        if let &[c] = cs {
            tried.push(TriedC { c, value: None });
        } else {
            solve(method, &problem(&held_out_by), &weighted(compared(cs)), &mut |point| {
                let value = mean_ap(point.held_out_scores.column(0), labels.view(), &held_out_by);
                tried.push(TriedC { c: point.c, value });
            })?;
        }
        let c = best(&tried).expect("there is a cost");
        let nothing_held_out = vec![None; labels.len()];
        let whole = PathProblem {
            folds: Folds { n_folds: 1, held_out_by: &nothing_held_out },
            ..problem(&[])
        };
        solve(method, &whole, &weighted(kept(method, c)), &mut |point| {
            converged &= point.converged;
            let head = point.head.expect("heads were asked for");
            columns.push(head.decision_function(test.view()).column(0).to_owned());
        })?;
        c_of_class.push(c);
    }
    let columns: Vec<_> = columns.iter().map(Array1::view).collect();
    let scores = stack(Axis(1), &columns).expect("there is a class, and each scores every row");
    Ok(Scored { scores, c: c_of_class, tried: Vec::new(), converged })
}

fn divided_by_norms(mut x: Array2<f32>) -> Array2<f32> {
    for mut row in x.rows_mut() {
        let norm = row.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
        row.mapv_inplace(|value| (f64::from(value) / (norm + NORM_SUMMAND)) as f32);
    }
    x
}

/// The fold that holds each row out, as scikit-learn's `StratifiedKFold` has it without shuffling: the
/// rows of each side, in their order, are cut into parts; which parts are longer by one is decided by
/// dealing the rows out side by side, the side of the first row first.
fn unshuffled_folds(labels: ArrayView1<'_, i8>) -> Vec<Option<usize>> {
    let mut fold_of = vec![None; labels.len()];
    let first = labels.first().copied().unwrap_or(1);
    let mut dealt = 0;
    for side in [first, -first] {
        let mut rows = (0..labels.len()).filter(|&row| labels[row] == side);
        let n_rows = rows.clone().count();
        for fold in 0..N_FOLDS {
            let n_held_out = (dealt..dealt + n_rows).filter(|i| i % N_FOLDS == fold).count();
            rows.by_ref().take(n_held_out).for_each(|row| fold_of[row] = Some(fold));
        }
        dealt += n_rows;
    }
    fold_of
}

/// Mean over the folds of the average precision of what each holds out.
fn mean_ap(
    scores: ArrayView1<'_, f32>,
    labels: ArrayView1<'_, i8>,
    held_out_by: &[Option<usize>],
) -> Option<f64> {
    let of_fold = |fold: usize| {
        let rows = (0..labels.len()).filter(|&row| held_out_by[row] == Some(fold));
        let ranking = Ranking::new(rows.map(|row| (f64::from(scores[row]), labels[row] > 0)));
        ranking.average_precision()
    };
    let precisions: Option<Vec<f64>> = (0..N_FOLDS).map(of_fold).collect();
    precisions.map(|precisions| precisions.iter().sum::<f64>() / N_FOLDS as f64)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn folds_are_cut_from_each_side_in_order() {
        // What scikit-learn 1.9 gives.
        let labels = array![-1, -1, 1, 1, -1, -1, 1, -1, 1, -1, -1];
        let folds: Vec<_> = unshuffled_folds(labels.view()).into_iter().flatten().collect();
        assert_eq!(folds, [0, 0, 0, 1, 0, 1, 1, 1, 2, 2, 2]);
    }

    #[test]
    fn norms_have_a_summand() {
        let x = divided_by_norms(array![[3e-5, 4e-5], [0.0, 0.0]]);
        assert!((x[[0, 0]] - 0.5).abs() < 1e-6 && x[[1, 1]] == 0.0);
    }
}
