//! Small networks: the accuracy of the two-class head against PyTorch's, and what training promises.

use heads::{
    ClassWeight, FitError, Mlp, MlpArchitecture, MlpFit, MlpHead, MlpParams, ParamError,
    PartsError, Targets,
};
use linfa::{
    ParamGuard,
    traits::{Fit, Predict},
};
use ndarray::{Array1, Array2, ArrayD, array};

use crate::reference_file::{max_difference, test_rows, training};

fn params(description: &str) -> MlpParams {
    Mlp::params(description.parse().unwrap())
}

/// The generated features and labels of `make_mlp.py`.
fn generated() -> (Array2<f32>, Vec<usize>) {
    fn draw(seed: u64) -> u64 {
        let z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x632B_E59B_D9B4_E019);
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) >> 32
    }
    let matrix = |from: u64, rows: usize, columns: usize| {
        let seeds = Array1::from_iter(from..from + (rows * columns) as u64);
        let values = seeds.mapv(|seed| (draw(seed) % 15) as f32 - 7.0);
        values.into_shape_with_order((rows, columns)).unwrap()
    };
    let (loading, latent) = (matrix(1_000_000, 12, 128), matrix(2_000_000, 1200, 12));
    let label = |row: usize| {
        let z = latent.row(row);
        let is_second = z[0] * z[1] + 6.0 * z[2] + 4.0 * z[3] > 0.0;
        usize::from(is_second != row.is_multiple_of(12))
    };
    let x = latent.dot(&loading).mapv(|value| value.max(0.0) / 64.0);
    (x, (0..1200).map(label).collect())
}

/// Features of two classes for quick fits, and which rows to train on and to validate with.
fn quick() -> (Array2<f32>, Vec<usize>, Vec<usize>, Vec<usize>) {
    let (x, labels) = generated();
    (x, labels, (0..240).collect(), (240..480).collect())
}

fn train(params: MlpParams, validate: bool) -> MlpFit {
    let (x, labels, training, validation) = quick();
    let validation = if validate { validation } else { Vec::new() };
    let params = params.check().unwrap();
    params.train(&x.view(), Targets::Classes(&labels), 2, &training, &validation).unwrap()
}

#[test]
fn the_two_class_head_is_as_accurate_as_pytorchs() {
    let (x, labels) = generated();
    let sum: f64 = x.iter().map(|&value| f64::from(value)).sum();
    assert_eq!((sum, labels.iter().sum()), (62288.71875, 570), "the features of make_mlp.py");
    let (test, training): (Vec<usize>, Vec<usize>) = (0..1200).partition(|row| row % 3 == 0);
    let accuracy = |seed| {
        let params = params("dense:64,relu,batchnorm,dropout:0.5,softmax").max_epochs(20);
        let params = params.seed(seed).check().unwrap();
        let targets = Targets::Classes(&labels);
        let head = params.train(&x.view(), targets, 2, &training, &[]).unwrap().head;
        let predicted: Array1<usize> = head.predict(&x);
        test.iter().filter(|&&row| predicted[row] == labels[row]).count() as f64 / test.len() as f64
    };
    let ours: Vec<f64> = (0..5).map(accuracy).collect();
    // What `make_mlp.py head` printed.
    let pytorch = [0.7025, 0.7225, 0.7025, 0.6975, 0.71];
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let squared_error = |values: &[f64]| {
        let squares = values.iter().map(|value| (value - mean(values)).powi(2));
        squares.sum::<f64>() / (values.len() * (values.len() - 1)) as f64
    };
    let difference = mean(&ours) - mean(&pytorch);
    let standard_error = (squared_error(&ours) + squared_error(&pytorch)).sqrt();
    assert!(difference.abs() <= 2.0 * standard_error, "ours {ours:?}, PyTorch's {pytorch:?}");
}

#[test]
fn the_best_epoch_is_kept_and_training_stops_when_it_is_past() {
    let fit = train(params("dense:64,relu,softmax").learning_rate(0.01).patience(Some(4)), true);
    let losses: Vec<f64> = fit.curve.iter().map(|epoch| epoch.val_loss.unwrap()).collect();
    let best = (0..losses.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b])).unwrap();
    assert_eq!((fit.best_epoch, fit.curve.len()), (best, best + 5));
    assert_eq!((fit.report.n_iter, fit.report.converged), (best + 5, true));
    assert_eq!((fit.report.objective, fit.report.residual), (fit.curve[best].loss, losses[best]));

    // The head is that of the best epoch: its validation accuracy is the recorded one.
    let (x, labels, _, validation) = quick();
    let predicted: Array1<usize> = fit.head.predict(&x);
    let correct = validation.iter().filter(|&&row| predicted[row] == labels[row]).count();
    let accuracy = correct as f64 / validation.len() as f64;
    assert_eq!(fit.curve[best].val_accuracy, Some(accuracy));
}

#[test]
fn without_patience_all_epochs_are_trained_and_the_best_is_kept() {
    let fit = train(params("dense:64,relu,softmax").learning_rate(0.01).patience(None), true);
    assert_eq!((fit.curve.len(), fit.report.converged), (100, true));
    assert!(fit.best_epoch < 99);
}

#[test]
fn without_validation_the_last_epoch_is_kept() {
    let fit = train(params("softmax").max_epochs(12), false);
    assert_eq!((fit.curve.len(), fit.best_epoch, fit.report.converged), (12, 11, true));
    assert!(fit.curve.iter().all(|epoch| epoch.val_loss.is_none() && epoch.val_accuracy.is_none()));
    assert!(fit.curve[11].loss < fit.curve[0].loss);
    assert!(fit.curve[11].accuracy > fit.curve[0].accuracy);
}

#[test]
fn training_that_ends_too_early_says_so() {
    let fit = train(params("softmax").learning_rate(1e-4).max_epochs(3), true);
    assert_eq!((fit.report.n_iter, fit.report.converged), (3, false));
}

#[test]
fn another_seed_is_another_network() {
    let fit = |seed| train(params("dense:8,relu,dropout:0.5,softmax").seed(seed), true);
    assert_eq!(fit(3), fit(3));
    assert_ne!(fit(3).head, fit(4).head);
}

#[test]
fn a_heavier_class_is_predicted_more_often() {
    let count = |class_weight| {
        let fit = train(params("softmax").class_weight(class_weight).max_epochs(10), false);
        let predicted: Array1<usize> = fit.head.predict(&generated().0);
        predicted.sum()
    };
    let even = count(ClassWeight::Uniform);
    assert!(count(ClassWeight::Given(vec![1.0, 10.0])) > even + 100);
    assert!(count(ClassWeight::Given(vec![10.0, 1.0])) + 100 < even);
}

#[test]
fn one_output_tells_the_second_of_two_classes() {
    let head = train(params("dense:16,relu,sigmoid"), true).head;
    assert_eq!((head.n_outputs(), head.n_classes()), (1, 2));
    let x = generated().0;
    let (scores, proba) = (head.decision_function(x.view()), head.predict_proba(x.view()));
    for (scores, proba) in scores.rows().into_iter().zip(proba.rows()) {
        assert!((proba.sum() - 1.0).abs() < 1e-6);
        // The softmax of the scores is the sigmoid of the output.
        let ratio = (scores[1] - scores[0]).exp();
        assert!((proba[1] - ratio / (1.0 + ratio)).abs() < 1e-6);
    }
}

#[test]
fn classes_that_overlap_have_an_output_each() {
    let (x, labels, training, validation) = quick();
    let mut signs = Array2::from_shape_fn((1200, 2), |(row, class)| {
        if class == labels[row] || x[[row, 0]] > 1.0 { 1 } else { -1 }
    });
    let params = params("dense:16,relu,sigmoid").max_epochs(15).check().unwrap();
    let fit = params
        .train(&x.view(), Targets::MultiLabel(signs.view()), 2, &training, &validation)
        .unwrap();
    assert_eq!((fit.head.n_outputs(), fit.head.n_classes()), (2, 2));
    let proba = fit.head.predict_proba(x.view());
    assert!(proba.rows().into_iter().any(|row| row.sum() > 1.2), "each class by itself");
    assert!(fit.curve[fit.best_epoch].val_accuracy.unwrap() > 0.6);

    // What is ignored changes the network, and its sign does not exist.
    signs.column_mut(0).slice_mut(ndarray::s![..100]).fill(0);
    let other = params
        .train(&x.view(), Targets::MultiLabel(signs.view()), 2, &training, &validation)
        .unwrap();
    assert_ne!(other.head, fit.head);

    let softmax = self::params("softmax").check().unwrap();
    let error =
        softmax.train(&x.view(), Targets::MultiLabel(signs.view()), 2, &training, &[]).unwrap_err();
    assert_eq!(error.to_string(), "this head takes one class a row, not several");
    let weighted = |class_weight| {
        let params = self::params("sigmoid").max_epochs(5).class_weight(class_weight);
        let params = params.check().unwrap();
        let targets = Targets::MultiLabel(signs.view());
        let head = params.train(&x.view(), targets, 2, &training, &[]).unwrap().head;
        head.predict_proba(x.view()).mean_axis(ndarray::Axis(0)).unwrap()
    };
    let even = weighted(ClassWeight::Uniform);
    let second = weighted(ClassWeight::Given(vec![1.0, 10.0]));
    assert!((even[0] - second[0]).abs() < 0.01 && second[1] > even[1] + 0.1);
    assert_ne!(weighted(ClassWeight::Balanced), even);
}

#[test]
fn training_that_diverges_is_an_error() {
    let (x, labels, training, _) = quick();
    let params = params("dense:8,relu,dense:8,relu,softmax").learning_rate(1e30).check().unwrap();
    let targets = Targets::Classes(&labels);
    let error = params.train(&x.view(), targets, 2, &training, &[]).unwrap_err();
    assert!(matches!(error, FitError::Diverged { epoch: 1 }), "{error}");
    assert_eq!(
        error.to_string(),
        "the loss of epoch `1` is not finite\n  \
         hint: use a smaller learning rate, or normalize the features"
    );
}

#[test]
fn parameters_outside_their_range_are_refused() {
    let check = |params: MlpParams| params.check().unwrap_err();
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = check(params("softmax").learning_rate(bad));
        let message = format!("the learning rate must be positive and finite, got `{bad}`");
        assert_eq!(error.to_string(), message);
    }
    for bad in [1.0, -0.1, f64::NAN] {
        let error = check(params("softmax").validation_fraction(bad));
        let message = "the validation fraction must be at least 0 and below 1";
        assert_eq!(error.to_string(), format!("{message}, got `{bad}`"));
    }
    for (params, message) in [
        (params("softmax").batch_size(0), "the size of a batch must be at least 1"),
        (params("softmax").max_epochs(0), "the number of epochs must be at least 1"),
        (params("softmax").patience(Some(0)), "patience must be at least 1"),
    ] {
        assert_eq!(check(params).to_string(), message);
    }
    let negative = ClassWeight::Given(vec![1.0, -1.0]);
    let error = check(params("softmax").class_weight(negative));
    assert_eq!(error, ParamError::ClassWeight { class: 1, got: -1.0 });
}

#[test]
fn parts_make_the_head_that_they_came_from() {
    let description = "dense:8,relu,batchnorm,dropout:0.5,sigmoid";
    let training = training("main");
    let head = params(description).max_epochs(2).fit(&training).unwrap().head;
    let names: Vec<String> = head.arrays().into_iter().map(|(name, _)| name).collect();
    let expected = [
        "0.weights",
        "0.bias",
        "2.gamma",
        "2.beta",
        "2.moving_mean",
        "2.moving_variance",
        "4.weights",
        "4.bias",
    ];
    assert_eq!(names, expected);

    let arrays = || head.arrays().into_iter().map(|(_, array)| array.to_owned()).collect();
    let build = |arrays: Vec<ArrayD<f32>>| {
        let architecture: MlpArchitecture = description.parse().unwrap();
        MlpHead::from_parts(architecture, 64, 5, arrays)
    };
    let again = build(arrays()).unwrap();
    assert_eq!(again, head);
    let x = test_rows("main");
    let scores = again.decision_function(x.view());
    assert_eq!(max_difference(scores.view(), head.decision_function(x.view()).view()), 0.0);

    let mut short = arrays();
    short.pop();
    let short = build(short).unwrap_err();
    assert_eq!(short, PartsError::Count { expected: 8, got: 7 });
    assert_eq!(short.to_string(), "`7` arrays, expected `8`");
    let mut other = arrays();
    other[2] = array![1.0].into_dyn();
    let (expected, got) = (vec![8], vec![1]);
    assert_eq!(build(other), Err(PartsError::Shape { part: "gamma", expected, got }));
}
