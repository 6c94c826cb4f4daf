//! Metrics against scikit-learn, on cases with missing classes and classes never predicted.

use fit::evaluation::{Evaluation, argmax_rows, evaluate};
use linfa::prelude::ToConfusionMatrix;
use ndarray::{Array1, Array2};
use serde::Deserialize;

/// Both sides compute in f64 from equal inputs; what differs is the order of a few sums.
const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    labels: Vec<usize>,
    logits: Vec<Vec<f32>>,
    accuracy: f64,
    mean_class_accuracy: f64,
    log_loss: f64,
    confusion: Vec<Vec<u64>>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    support: Vec<u64>,
}

impl Case {
    fn logits(&self) -> Array2<f32> {
        let n_classes = self.logits[0].len();
        Array2::from_shape_vec((self.logits.len(), n_classes), self.logits.concat()).unwrap()
    }

    fn evaluate(&self) -> Evaluation {
        let classes: Vec<_> = (0..self.support.len()).map(|class| class.to_string()).collect();
        evaluate(self.logits().view(), &self.labels, &classes, true)
    }
}

fn cases() -> Vec<Case> {
    let reference: Reference =
        serde_json::from_str(include_str!("reference/metrics.json")).unwrap();
    reference.cases
}

#[track_caller]
fn assert_close(ours: f64, reference: f64) {
    assert!((ours - reference).abs() <= TOLERANCE, "{ours} is not {reference}");
}

#[test]
fn metrics_equal_those_of_scikit_learn() {
    for case in cases() {
        let ours = case.evaluate();
        assert_eq!(ours.n_samples, case.labels.len());
        assert_close(ours.accuracy, case.accuracy);
        assert_close(ours.mean_class_accuracy, case.mean_class_accuracy);
        assert_close(ours.log_loss.unwrap(), case.log_loss);
        assert_eq!(ours.confusion, case.confusion);
        for (class, scores) in ours.classes.iter().enumerate() {
            assert_close(scores.precision, case.precision[class]);
            assert_close(scores.recall, case.recall[class]);
            assert_close(scores.f1, case.f1[class]);
            assert_eq!(scores.support, case.support[class]);
        }
    }
}

#[test]
fn accuracy_equals_that_of_linfa_within_its_f32() {
    for case in cases() {
        let predictions = Array1::from(argmax_rows(case.logits().view()));
        let labels = Array1::from(case.labels.clone());
        let linfa = predictions.confusion_matrix(&labels).unwrap();
        assert!((case.evaluate().accuracy - f64::from(linfa.accuracy())).abs() < 1e-6);
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
