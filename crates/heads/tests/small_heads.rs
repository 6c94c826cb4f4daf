//! What holds for the heads that are not linear, behind the one type over all heads.

use heads::{
    FitError, FitReport, GaussianSvm, Head, Knn, KnnVote, LinearHead, Link, Mlp, ParamError,
};
use linfa::{
    DatasetBase,
    traits::{Fit, Predict},
};
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2, ShapeBuilder, array};

use crate::reference_file::{Training, max_difference, select, test_rows, training};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Knn,
    Mlp,
    Gaussian,
}

const KINDS: [Kind; 3] = [Kind::Knn, Kind::Mlp, Kind::Gaussian];

fn fit<D: Data<Elem = f32>>(
    kind: Kind,
    training: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
) -> Result<(Head, FitReport), FitError> {
    match kind {
        Kind::Knn => {
            let fitted = Knn::params().vote(KnnVote::Similarity).fit(training)?;
            Ok((fitted.head.into(), fitted.report))
        }
        Kind::Mlp => {
            let architecture = "dense:16,relu,batchnorm,dropout:0.3,softmax".parse().unwrap();
            let params = Mlp::params(architecture).learning_rate(0.01).patience(Some(5));
            let fitted = params.fit(training)?;
            Ok((fitted.head.into(), fitted.report))
        }
        Kind::Gaussian => {
            let fitted = GaussianSvm::params().tol(1e-9).fit(training)?;
            Ok((fitted.head.into(), fitted.report))
        }
    }
}

fn scores(kind: Kind, training: &Training) -> Array2<f32> {
    fit(kind, training).unwrap().0.decision_function(test_rows("main").view())
}

#[test]
fn features_that_are_not_finite_are_refused_with_their_row() {
    for kind in KINDS {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut training = training("main");
            training.records[[17, 3]] = bad;
            let error = fit(kind, &training).unwrap_err();
            assert!(matches!(error, FitError::NotFinite { row: 17 }), "{kind:?} {bad}");
        }
    }
}

#[test]
fn labels_that_cannot_be_used_are_refused() {
    for kind in KINDS {
        let mut one = training("main");
        one.targets.fill(0);
        assert!(matches!(fit(kind, &one).unwrap_err(), FitError::OneClass), "{kind:?}");

        let mut gap = training("main");
        gap.targets.mapv_inplace(|label| if label == 2 { 3 } else { label });
        let error = fit(kind, &gap).unwrap_err();
        assert!(matches!(error, FitError::MissingClass { class: 2 }), "{kind:?}");

        let short = DatasetBase::new(Array2::<f32>::zeros((3, 2)), array![0, 1]);
        let error = fit(kind, &short).unwrap_err();
        assert!(matches!(error, FitError::ShapeMismatch { rows: 3, labels: 2 }), "{kind:?}");

        let weighted = training("main").with_weights(Array1::ones(200));
        let error = fit(kind, &weighted).unwrap_err().to_string();
        let message = "sample weights are not supported\n  hint: weight whole classes";
        assert!(error.starts_with(message), "{kind:?}: {error}");
    }
}

/// A network is another one when its batches are: it takes no part in this.
#[test]
fn the_order_of_rows_and_the_names_of_classes_do_not_matter() {
    let training = training("main");
    let rows: Vec<usize> = (0..200).map(|row| row * 77 % 200).collect();
    let names = [3, 0, 4, 2, 1];
    for kind in [Kind::Knn, Kind::Gaussian] {
        let expected = scores(kind, &training);
        let permuted = scores(kind, &select(&training, &rows));
        assert!(max_difference(expected.view(), permuted.view()) < 1e-4, "{kind:?}");

        let labels = training.targets.mapv(|label| names[label]);
        let renamed = scores(kind, &DatasetBase::new(training.records.clone(), labels));
        let back = renamed.select(ndarray::Axis(1), &names);
        assert!(max_difference(expected.view(), back.view()) < 1e-4, "{kind:?}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_for_any_number_of_threads() {
    let training = training("main");
    for kind in KINDS {
        let in_pool = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let (head, report) = fit(kind, &training).unwrap();
                let scores = head.decision_function(test_rows("main").view());
                (head, report, scores.mapv(f32::to_bits))
            })
        };
        let (one, two, again) = (in_pool(1), in_pool(2), in_pool(2));
        assert_eq!(one, two, "{kind:?}");
        assert_eq!(two, again, "{kind:?}");
    }
}

#[test]
fn views_and_columns_first_give_the_bytes_of_owned_rows() {
    let owned = training("main");
    let view = DatasetBase::new(owned.records.view(), owned.targets.clone());
    let mut columns_first = Array2::zeros(owned.records.dim().f());
    columns_first.assign(&owned.records);
    let columns_first = DatasetBase::new(columns_first, owned.targets.clone());
    for kind in KINDS {
        let expected = fit(kind, &owned).unwrap();
        assert_eq!(fit(kind, &view).unwrap(), expected, "{kind:?}");
        assert_eq!(fit(kind, &columns_first).unwrap(), expected, "{kind:?}");
    }
    // The same for rows to predict.
    let mut x = Array2::zeros(test_rows("main").dim().f());
    x.assign(&test_rows("main"));
    for kind in KINDS {
        let (head, _) = fit(kind, &owned).unwrap();
        let expected = head.decision_function(test_rows("main").view());
        assert!(max_difference(head.decision_function(x.view()).view(), expected.view()) < 1e-6);
    }
}

#[test]
fn heads_tell_what_they_are_and_how_their_fit_went() {
    for kind in KINDS {
        let (head, report) = fit(kind, &training("main")).unwrap();
        assert!(report.converged && report.n_iter >= 1, "{kind:?}: {report:?}");
        assert_eq!((head.n_classes(), head.n_features()), (5, 64), "{kind:?}");
        let x = test_rows("main");
        let scores = head.decision_function(x.view());
        assert_eq!(scores.dim(), (x.nrows(), 5));
        let predicted: Array1<usize> = head.predict(&x);
        for (row, &class) in scores.rows().into_iter().zip(&predicted) {
            assert!(row.iter().all(|&score| score <= row[class]), "{kind:?}");
        }
        match head.predict_proba(x.view()) {
            None => assert_eq!(kind, Kind::Gaussian),
            Some(proba) => {
                assert!(proba.iter().all(|&part| (0.0..=1.0).contains(&part)), "{kind:?}");
                assert!(proba.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-5));
            }
        }
    }
}

#[test]
fn linear_heads_are_heads_too() {
    let linear = LinearHead::new(Array2::eye(2), array![0.0, 0.5], Link::Margin).unwrap();
    let head = Head::from(linear.clone());
    let x = array![[1.0, 2.0]];
    assert_eq!((head.n_classes(), head.n_features()), (2, 2));
    assert_eq!(head.decision_function(x.view()), linear.decision_function(x.view()));
    assert_eq!(head.predict_proba(x.view()), None);
    let predicted: Array1<usize> = head.predict(&x);
    assert_eq!(predicted, array![1]);
}

#[test]
fn a_fit_with_invalid_parameters_names_the_parameter() {
    let error = Knn::params().n_neighbors(0).fit(&training("main")).unwrap_err();
    assert!(matches!(error, FitError::Param(ParamError::NeighborCount)));
}
