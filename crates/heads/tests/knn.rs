//! Nearest neighbors against scikit-learn's with `metric="cosine"`.

use heads::{FitError, Folds, Knn, KnnVote, ParamError, PathProblem, Targets, knn_held_out_scores};
use linfa::{ParamGuard, traits::Fit};
use ndarray::{Array2, Axis, array};

use crate::reference_file::{max_difference, select, small_heads_scores, test_rows, training};

/// Similarities in f32 are off by 1e-7, which a temperature of 0.07 makes 14 times as much.
const TOLERANCE: f32 = 1e-5;

const VOTES: [(&str, KnnVote); 3] = [
    ("uniform", KnnVote::Uniform),
    ("similarity", KnnVote::Similarity),
    ("exponential", KnnVote::Exponential { temperature: 0.07 }),
];

#[test]
fn votes_agree() {
    let (training, x_test) = (training("main"), test_rows("main"));
    for (name, vote) in VOTES {
        for k in [1, 5, 20] {
            let fitted = Knn::params().n_neighbors(k).vote(vote).fit(&training).unwrap();
            let shares = fitted.head.decision_function(x_test.view());
            let expected = small_heads_scores(&format!("main.knn.{k}.{name}"));
            let error = max_difference(shares.view(), expected.view());
            assert!(error < TOLERANCE, "{k} {name}: off by {error:e}");
            assert_eq!(fitted.head.predict_proba(x_test.view()), shares);
        }
    }
}

#[test]
fn held_out_scores_are_those_of_heads_on_the_other_folds() {
    let all = training("main");
    let labels = all.targets.to_vec();
    let held_out_by: Vec<_> = (0..200).map(|row| (row % 4 < 3).then_some(row % 4)).collect();
    let problem = PathProblem {
        rows: &all.records.view(),
        targets: Targets::Classes(&labels),
        n_classes: 5,
        folds: Folds { n_folds: 3, held_out_by: &held_out_by },
    };
    for (name, vote) in VOTES {
        let scores = knn_held_out_scores(&problem, &[1, 20, 5], vote).unwrap();
        for (k, scores) in [1, 20, 5].into_iter().zip(&scores) {
            for fold in 0..3 {
                let rows = |held: bool| -> Vec<usize> {
                    (0..200).filter(|&row| (held_out_by[row] == Some(fold)) == held).collect()
                };
                let others = select(&all, &rows(false));
                let head = Knn::params().n_neighbors(k).vote(vote).fit(&others).unwrap().head;
                let x = all.records.select(Axis(0), &rows(true));
                let expected = head.decision_function(x.view());
                let got = scores.select(Axis(0), &rows(true));
                let error = max_difference(got.view(), expected.view());
                assert!(error < TOLERANCE, "{k} {name}: off by {error:e}");
            }
            assert!(scores.row(3).iter().all(|&score| score == 0.0), "no fold holds row 3 out");
        }
    }
}

#[test]
fn of_equally_similar_rows_the_first_vote() {
    let training =
        linfa::DatasetBase::new(array![[1.0_f32, 0.0], [2.0, 0.0], [3.0, 0.0]], array![1, 0, 0]);
    let head = Knn::params().n_neighbors(1).fit(&training).unwrap().head;
    assert_eq!(head.decision_function(array![[1.0, 1.0]].view()), array![[0.0, 1.0]]);
}

#[test]
fn parameters_outside_their_range_are_refused() {
    let none = Knn::params().n_neighbors(0).check().unwrap_err();
    assert_eq!(none.to_string(), "the number of neighbors must be at least 1");
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let vote = KnnVote::Exponential { temperature: bad };
        let error = Knn::params().vote(vote).check().unwrap_err();
        let message = format!("the temperature must be positive and finite, got `{bad}`");
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn more_neighbors_than_rows_are_refused() {
    let error = Knn::params().n_neighbors(201).fit(&training("main")).unwrap_err();
    assert!(matches!(error, FitError::TooFewNeighbors { asked: 201, got: 200 }));
    assert_eq!(
        error.to_string(),
        "`201` neighbors of `200` training rows\n  hint: ask for fewer neighbors"
    );
}

/// The error of two folds over four rows of two classes.
fn error_of(
    x: &Array2<f32>,
    labels: &[usize],
    held_out_by: [Option<usize>; 4],
    k: usize,
) -> FitError {
    let targets = Targets::Classes(labels);
    let folds = Folds { n_folds: 2, held_out_by: &held_out_by };
    let problem = PathProblem { rows: &x.view(), targets, n_classes: 2, folds };
    knn_held_out_scores(&problem, &[k], KnnVote::Uniform).unwrap_err()
}

#[test]
fn problems_that_neighbors_cannot_answer_are_refused() {
    let mut x = Array2::<f32>::eye(4);
    let labels = [0, 1, 0, 1];
    let halves = [Some(0), Some(0), Some(1), Some(1)];
    let few = error_of(&x, &labels, halves, 3);
    assert!(matches!(few, FitError::TooFewNeighbors { asked: 3, got: 2 }));
    let missing = error_of(&x, &labels, [Some(0), Some(1), Some(0), Some(0)], 1);
    assert!(matches!(missing, FitError::MissingClass { class: 0 }));
    let short = error_of(&x, &[0, 1, 0], halves, 1);
    assert!(matches!(short, FitError::ShapeMismatch { rows: 4, labels: 3 }));
    let none = error_of(&x, &labels, halves, 0);
    assert!(matches!(none, FitError::Param(ParamError::NeighborCount)));
    x[[2, 0]] = f32::NAN;
    assert!(matches!(error_of(&x, &labels, halves, 1), FitError::NotFinite { row: 2 }));
}

#[test]
fn several_classes_a_row_are_refused() {
    let (x, signs) = (Array2::<f32>::eye(2), array![[1_i8, -1], [-1, 1]]);
    let problem = PathProblem {
        rows: &x.view(),
        targets: Targets::MultiLabel(signs.view()),
        n_classes: 2,
        folds: Folds { n_folds: 1, held_out_by: &[None, None] },
    };
    let error = knn_held_out_scores(&problem, &[1], KnnVote::Uniform).unwrap_err();
    assert!(matches!(error, FitError::OneLabel));
}
