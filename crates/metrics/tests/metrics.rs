//! Metrics against scikit-learn and scipy, on cases with missing classes, classes never predicted,
//! and equal scores.

use linfa::prelude::ToConfusionMatrix;
use metrics::{
    Average, Bootstrap, McNemarTest, OneClassEvaluation, Predictions, bootstrap,
    evaluate_multi_label, evaluate_one_class, mcnemar,
};
use ndarray::{Array1, Array2};
use serde::Deserialize;

/// Both sides compute in f64 from equal inputs; what differs is the order of a few sums.
const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
    multi_label: Vec<MultiLabelCase>,
}

#[derive(Deserialize)]
struct Case {
    labels: Vec<usize>,
    logits: Vec<Vec<f32>>,
    accuracy: f64,
    mean_class_accuracy: f64,
    top5_accuracy: Option<f64>,
    log_loss: f64,
    calibration_error: f64,
    confusion: Vec<Vec<u64>>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    support: Vec<u64>,
    averages: Averages,
    of_probabilities: RankingReference,
    of_logits: RankingReference,
}

#[derive(Deserialize)]
struct Averages {
    r#macro: [f64; 3],
    micro: [f64; 3],
    weighted: [f64; 3],
}

#[derive(Deserialize)]
struct RankingReference {
    roc_auc: Option<f64>,
    mean_average_precision: Option<f64>,
    class_roc_auc: Vec<Option<f64>>,
    class_average_precision: Vec<Option<f64>>,
}

#[derive(Deserialize)]
struct MultiLabelCase {
    truth: Vec<Vec<i8>>,
    scores: Vec<Vec<f32>>,
    class_roc_auc: Vec<Option<f64>>,
    class_average_precision: Vec<Option<f64>>,
    mean_roc_auc: Option<f64>,
    mean_average_precision: Option<f64>,
}

impl Case {
    fn logits(&self) -> Array2<f32> {
        matrix(&self.logits)
    }

    fn evaluate(&self, predictions: Predictions) -> OneClassEvaluation {
        evaluate_one_class(&predictions, &self.labels, &names(self.support.len()))
    }

    /// What a softmax head with these logits says.
    fn with_probabilities(&self) -> Predictions {
        let mut logs = self.logits().mapv(f64::from);
        for mut row in logs.rows_mut() {
            let max = row.fold(f64::NEG_INFINITY, |max, &logit| max.max(logit));
            row -= max;
            row -= row.mapv(f64::exp).sum().ln();
        }
        Predictions::by_score(self.logits(), Some(logs))
    }
}

fn names(n_classes: usize) -> Vec<String> {
    (0..n_classes).map(|class| class.to_string()).collect()
}

fn matrix<T: Clone>(rows: &[Vec<T>]) -> Array2<T> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference/metrics.json")).unwrap()
}

#[track_caller]
fn assert_close(ours: impl Into<Option<f64>>, reference: impl Into<Option<f64>>) {
    match (ours.into(), reference.into()) {
        (Some(ours), Some(reference)) => {
            assert!((ours - reference).abs() <= TOLERANCE, "{ours} is not {reference}");
        }
        (ours, reference) => assert_eq!(ours, reference),
    }
}

#[test]
fn metrics_equal_those_of_scikit_learn() {
    for case in reference().cases {
        let ours = case.evaluate(case.with_probabilities());
        assert_eq!(ours.n_samples, case.labels.len());
        assert_close(ours.accuracy, case.accuracy);
        assert_close(ours.mean_class_accuracy, case.mean_class_accuracy);
        assert_close(ours.top5_accuracy, case.top5_accuracy);
        assert_close(ours.log_loss, case.log_loss);
        assert_close(ours.calibration_error, case.calibration_error);
        assert_eq!(ours.confusion, case.confusion);
        for (class, scores) in ours.classes.iter().enumerate() {
            assert_close(scores.precision, case.precision[class]);
            assert_close(scores.recall, case.recall[class]);
            assert_close(scores.f1, case.f1[class]);
            assert_eq!(scores.support, case.support[class]);
        }
        for (ours, [precision, recall, f1]) in [
            (ours.averages.of_classes, case.averages.r#macro),
            (ours.averages.of_rows, case.averages.micro),
            (ours.averages.weighted, case.averages.weighted),
        ] {
            let Average { precision: our_precision, recall: our_recall, f1: our_f1 } = ours;
            assert_close(our_precision, precision);
            assert_close(our_recall, recall);
            assert_close(our_f1, f1);
        }
    }
}

#[test]
fn areas_equal_those_of_scikit_learn_for_probabilities_and_for_margins() {
    for case in reference().cases {
        let logits = case.with_probabilities();
        let margins = Predictions::by_score(case.logits(), None);
        for (ours, reference) in [(logits, &case.of_probabilities), (margins, &case.of_logits)] {
            let ours = case.evaluate(ours);
            assert_close(ours.roc_auc, reference.roc_auc);
            assert_close(ours.mean_average_precision, reference.mean_average_precision);
            for (class, ours) in ours.classes.iter().enumerate() {
                assert_close(ours.roc_auc, reference.class_roc_auc[class]);
                assert_close(ours.average_precision, reference.class_average_precision[class]);
            }
        }
    }
}

#[test]
fn multi_label_metrics_equal_those_of_scikit_learn_without_what_is_ignored() {
    for case in reference().multi_label {
        let (scores, truth) = (matrix(&case.scores), matrix(&case.truth));
        let ours = evaluate_multi_label(scores.view(), truth.view(), &names(truth.ncols()));
        assert_eq!(ours.n_samples, truth.nrows());
        assert_close(ours.mean_roc_auc, case.mean_roc_auc);
        assert_close(ours.mean_average_precision, case.mean_average_precision);
        for (class, ours) in ours.classes.iter().enumerate() {
            assert_close(ours.roc_auc, case.class_roc_auc[class]);
            assert_close(ours.average_precision, case.class_average_precision[class]);
            let ignored = truth.column(class).iter().filter(|&&truth| truth == 0).count();
            assert_eq!(ours.positives + ours.negatives + ignored, truth.nrows());
        }
    }
}

#[derive(Deserialize)]
struct Significance {
    mcnemar: Vec<McNemarCase>,
    bootstrap: Vec<BootstrapCase>,
}

#[derive(Deserialize)]
struct McNemarCase {
    only_a: u64,
    only_b: u64,
    statistic: Option<f64>,
    p_value: f64,
}

#[derive(Deserialize)]
struct BootstrapCase {
    n_rows: usize,
    n_correct: usize,
    accuracy: [f64; 2],
}

fn significance() -> Significance {
    serde_json::from_str(include_str!("reference/significance.json")).unwrap()
}

#[test]
fn mcnemar_equals_scipys_binomial_and_chi_square_tests() {
    for McNemarCase { only_a, only_b, statistic, p_value } in significance().mcnemar {
        let ours = mcnemar(only_a, only_b);
        let our_statistic = match ours.test {
            McNemarTest::ExactBinomial => None,
            McNemarTest::ChiSquare { statistic } => Some(statistic),
        };
        assert_close(our_statistic, statistic);
        assert_close(ours.p_value, p_value);
    }
}

#[test]
fn bootstrap_percentiles_of_the_accuracy_are_those_of_the_binomial() {
    for BootstrapCase { n_rows, n_correct, accuracy } in significance().bootstrap {
        let scores = Array2::from_shape_fn((n_rows, 2), |(row, class)| {
            if (row < n_correct) == (class == 0) { 1.0 } else { 0.0 }
        });
        let predictions = Predictions::by_score(scores, None);
        let options = Bootstrap { resamples: 4000, seed: 1 };
        let ours = bootstrap(&predictions, &vec![0; n_rows], options);
        for (ours, exact) in ours.accuracy.into_iter().zip(accuracy) {
            // A percentile of 4000 draws is off by a row or two of these.
            assert!((ours - exact).abs() <= 2.0 / n_rows as f64 + 1e-12, "{ours} is not {exact}");
        }
    }
}

#[test]
fn accuracy_equals_that_of_linfa_within_its_f32() {
    for case in reference().cases {
        let ours = Predictions::by_score(case.logits(), None);
        let predictions = Array1::from(ours.classes().to_vec());
        let labels = Array1::from(case.labels.clone());
        let linfa = predictions.confusion_matrix(&labels).unwrap();
        assert!((case.evaluate(ours).accuracy - f64::from(linfa.accuracy())).abs() < 1e-6);
    }
}

#[test]
fn linfa_gives_recall_under_the_name_of_precision() {
    // The reason for metrics of our own. When this fails, linfa has been mended: reconsider.
    let predictions = Array1::from(vec![true, true, true, false]);
    let labels = Array1::from(vec![true, false, false, false]);
    let linfa = predictions.confusion_matrix(&labels).unwrap();
    assert_eq!((linfa.precision(), linfa.recall()), (1.0, 1.0 / 3.0));
}
