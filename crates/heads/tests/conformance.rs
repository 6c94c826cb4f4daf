//! What holds for every head.

use heads::{ClassWeight, FitError, Fitted, LinearHead, Link};
use linfa::{DatasetBase, traits::Predict};
use ndarray::{Array1, Array2, ArrayView2, Axis, ShapeBuilder, array, s};

use crate::{
    heads_under_test::{HEADS, Head, OWN_HEADS, Options, WEIGHTED_HEADS},
    reference_file::{Training, max_difference, select, test_rows, training},
};

/// Two heads fitted to 1e-9 differ by rounding and by what 1e-9 leaves: scores, which are of the
/// order of 1, agree to 1e-4 with a margin of an order.
const SCORE_TOLERANCE: f32 = 1e-4;

fn fit(kind: Head, options: &Options, training: &Training) -> Fitted {
    kind.fit(options, training).unwrap()
}

fn assert_same_scores(kind: Head, a: &LinearHead, b: &LinearHead, x: ArrayView2<'_, f32>) {
    let difference = max_difference(a.decision_function(x).view(), b.decision_function(x).view());
    assert!(difference < SCORE_TOLERANCE, "{kind:?}: scores differ by {difference}");
}

/// The head's numbers as bits, so that equality is that of bytes.
fn bits(head: &LinearHead) -> Vec<u32> {
    head.coef().iter().chain(head.intercept()).map(|value| value.to_bits()).collect()
}

#[test]
fn features_that_are_not_finite_are_refused_with_their_row() {
    for kind in HEADS {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut training = training("main");
            training.records[[17, 3]] = bad;
            let error = kind.fit(&Options::c(1.0), &training).unwrap_err();
            assert!(matches!(error, FitError::NotFinite { row: 17 }), "{kind:?} {bad}");
        }
    }
}

#[test]
fn one_class_is_refused() {
    for kind in HEADS {
        let mut training = training("main");
        training.targets.fill(0);
        let error = kind.fit(&Options::c(1.0), &training).unwrap_err();
        assert!(matches!(error, FitError::OneClass), "{kind:?}");
    }
}

#[test]
fn a_missing_class_is_refused() {
    for kind in HEADS {
        let mut training = training("main");
        training.targets.mapv_inplace(|label| if label == 2 { 3 } else { label });
        let error = kind.fit(&Options::c(1.0), &training).unwrap_err();
        assert!(matches!(error, FitError::MissingClass { class: 2 }), "{kind:?}");
    }
}

#[test]
fn as_many_labels_as_rows_are_required() {
    for kind in HEADS {
        let training = DatasetBase::new(Array2::<f32>::zeros((3, 2)), array![0, 1]);
        let error = kind.fit(&Options::c(1.0), &training).unwrap_err();
        assert!(matches!(error, FitError::ShapeMismatch { rows: 3, labels: 2 }), "{kind:?}");
    }
}

#[test]
fn sample_weights_are_refused_rather_than_ignored() {
    for kind in HEADS {
        let training = training("main").with_weights(Array1::ones(200));
        let error = kind.fit(&Options::c(1.0), &training).unwrap_err();
        assert!(matches!(error, FitError::SampleWeights), "{kind:?}");
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let training = training("main");
    let rows: Vec<usize> = (0..200).map(|row| row * 77 % 200).collect();
    let permuted = select(&training, &rows);
    for kind in HEADS {
        let options = Options::precise(1.0);
        let (a, b) = (fit(kind, &options, &training), fit(kind, &options, &permuted));
        assert_same_scores(kind, &a.head, &b.head, test_rows("main").view());
    }
}

#[test]
fn renaming_classes_renames_results() {
    let training = training("main");
    let names = [3, 0, 4, 2, 1];
    let renamed =
        DatasetBase::new(training.records.clone(), training.targets.mapv(|label| names[label]));
    for kind in HEADS {
        let options = Options::precise(1.0);
        let (a, b) = (fit(kind, &options, &training).head, fit(kind, &options, &renamed).head);
        let coef = b.coef().select(Axis(0), &names);
        let back = LinearHead::new(coef, b.intercept().select(Axis(0), &names), b.link()).unwrap();
        assert_same_scores(kind, &a, &back, test_rows("main").view());
    }
}

#[test]
fn duplicated_rows_are_twice_the_c() {
    let training = training("main");
    let twice = select(&training, &(0..400).map(|row| row % 200).collect::<Vec<_>>());
    for kind in HEADS {
        let once = fit(kind, &Options::precise(1.0), &training);
        let twice = fit(kind, &Options::precise(0.5), &twice);
        assert_same_scores(kind, &once.head, &twice.head, test_rows("main").view());
    }
}

#[test]
fn a_class_weight_of_two_is_every_row_of_the_class_twice() {
    let training = training("main");
    let rows: Vec<usize> =
        (0..200).chain((0..200).filter(|&row| training.targets[row] == 1)).collect();
    let doubled = select(&training, &rows);
    for kind in WEIGHTED_HEADS {
        let class_weight = ClassWeight::Given(vec![1.0, 2.0, 1.0, 1.0, 1.0]);
        let weighted = Options { class_weight, ..Options::precise(1.0) };
        let a = fit(kind, &weighted, &training);
        let b = fit(kind, &Options::precise(1.0), &doubled);
        assert_same_scores(kind, &a.head, &b.head, test_rows("main").view());
    }
}

#[test]
fn as_many_class_weights_as_classes_are_required() {
    for kind in WEIGHTED_HEADS {
        let options = Options { class_weight: ClassWeight::Given(vec![1.0; 4]), ..Options::c(1.0) };
        let error = kind.fit(&options, &training("main")).unwrap_err();
        assert!(matches!(error, FitError::ClassWeightCount { expected: 5, got: 4 }), "{kind:?}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_for_any_number_of_threads() {
    let training = training("main");
    for kind in HEADS {
        let options = Options::c(10.0);
        let fit_in_pool = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit(kind, &options, &training))
        };
        let (one, two, again) = (fit_in_pool(1), fit_in_pool(2), fit_in_pool(2));
        assert_eq!(bits(&one.head), bits(&two.head), "{kind:?}");
        assert_eq!(bits(&two.head), bits(&again.head), "{kind:?}");
        assert_eq!(one.report, two.report, "{kind:?}");
    }
}

#[test]
fn views_and_columns_first_give_the_bytes_of_owned_rows() {
    let owned = training("main");
    let view = DatasetBase::new(owned.records.view(), owned.targets.clone());
    let mut columns_first = Array2::zeros(owned.records.dim().f());
    columns_first.assign(&owned.records);
    let columns_first = DatasetBase::new(columns_first, owned.targets.clone());
    for kind in HEADS {
        let options = Options::c(1.0);
        let expected = bits(&fit(kind, &options, &owned).head);
        assert_eq!(bits(&kind.fit(&options, &view).unwrap().head), expected, "{kind:?}");
        assert_eq!(bits(&fit(kind, &options, &columns_first).head), expected, "{kind:?}");
    }
}

#[test]
fn the_report_tells_iterations_and_convergence() {
    for kind in HEADS {
        let fitted = fit(kind, &Options::c(1.0), &training("main"));
        assert!(fitted.report.converged, "{kind:?}");
        let (n_iter, tol) = match kind {
            Head::Softmax => (2, 1e-6),
            Head::Hinge | Head::SquaredHinge => (2, 1e-4),
            Head::Smo => (2, 1e-3),
            Head::Ridge => (1, 0.0),
        };
        assert!(fitted.report.n_iter >= n_iter, "{kind:?}");
        assert!(fitted.report.residual <= tol, "{kind:?}");
        let link = if kind == Head::Softmax { Link::Softmax } else { Link::Margin };
        assert_eq!(fitted.head.link(), link);
        assert_eq!((fitted.head.n_classes(), fitted.head.n_features()), (5, 64));
    }
}

#[test]
fn a_solver_stopped_early_says_so() {
    for kind in OWN_HEADS {
        for max_iter in [1, 3] {
            let options = Options { max_iter: Some(max_iter), ..Options::c(1.0) };
            let report = fit(kind, &options, &training("main")).report;
            assert_eq!((report.n_iter, report.converged), (max_iter, false), "{kind:?}");
            assert!(report.residual > 1e-6, "{kind:?}");
        }
    }
}

#[test]
fn two_classes_have_two_rows() {
    for kind in HEADS {
        let head = fit(kind, &Options::precise(1.0), &training("pair")).head;
        assert_eq!(head.n_classes(), 2);
        let [first, second] = [0, 1].map(|class| head.coef().slice_move(s![class..=class, ..]));
        let difference = max_difference(first, (-&second).view());
        assert!(difference < SCORE_TOLERANCE, "{kind:?}: {difference}");
    }
}

/// Where the intercept is not penalized, features times `s` and `C / s^2` have the same scores.
#[test]
fn scaled_features_are_a_scaled_c() {
    let training = training("main");
    for kind in [Head::Softmax, Head::Smo, Head::Ridge] {
        let expected = fit(kind, &Options::precise(1.0), &training).head;
        for scale in [0.1, 30.0] {
            let scaled = DatasetBase::new(&training.records * scale, training.targets.clone());
            let options = Options::precise(f64::from(scale).powi(-2));
            let head = fit(kind, &options, &scaled).head;
            let unscaled =
                LinearHead::new(&head.coef() * scale, head.intercept().to_owned(), head.link())
                    .unwrap();
            assert_same_scores(kind, &expected, &unscaled, test_rows("main").view());
        }
    }
}

#[test]
fn features_that_say_nothing_predict_the_largest_class() {
    for kind in HEADS {
        let mut training = training("main");
        training.records.fill(0.0);
        let fitted = fit(kind, &Options::c(1.0), &training);
        assert!(fitted.report.converged, "{kind:?} {:?}", fitted.report);
        let predicted: Array1<usize> = fitted.head.predict(&test_rows("main"));
        assert!(predicted.iter().all(|&class| class == 0), "{kind:?}");
    }
}
