//! All metrics of one class a row.

use rayon::prelude::*;
use serde::Serialize;

use super::ranking::{Ranking, mean};
use super::{Averages, ConfusionMatrix, Intervals, Predictions, calibration_error, top_k_accuracy};

/// Guesses that top-5 accuracy allows.
const TOP: usize = 5;

/// Scores of one head on one set of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OneClassEvaluation {
    /// Number of rows.
    pub n_samples: usize,
    /// Fraction of rows predicted correctly, 0 to 1.
    pub accuracy: f64,
    /// Mean recall over the classes that occur (scikit-learn's `balanced_accuracy_score`).
    pub mean_class_accuracy: f64,
    /// Fraction of rows whose class is among the five of highest score; only beyond five classes.
    pub top5_accuracy: Option<f64>,
    /// Mean negative log-likelihood, in nats; only heads with probabilities have one.
    pub log_loss: Option<f64>,
    /// Expected calibration error in 15 bins, 0 to 1; only heads with probabilities have one.
    pub calibration_error: Option<f64>,
    /// Precision, recall and F1 over all classes.
    pub averages: Averages,
    /// Area under the ROC curve: of two classes, that of the second; of more, the mean over the
    /// classes, each against the rest, that have rows and are not alone.
    pub roc_auc: Option<f64>,
    /// Mean over the classes that have rows of their average precision.
    pub mean_average_precision: Option<f64>,
    /// 95 % bootstrap intervals, where they were asked for.
    pub intervals: Option<Intervals>,
    /// Scores of each class.
    pub classes: Vec<ClassScores>,
    /// Counts, a row for each true class, a column for each predicted one.
    pub confusion: Vec<Vec<u64>>,
}

/// How one class fared. A ratio whose denominator is zero is 0, as in scikit-learn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassScores {
    /// The class.
    pub name: String,
    /// Fraction of the rows predicted as this class that are of it.
    pub precision: f64,
    /// Fraction of the rows of this class that were predicted as it.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Area under the ROC curve against the rest; `None` without rows of both.
    pub roc_auc: Option<f64>,
    /// Average precision; `None` without rows of the class.
    pub average_precision: Option<f64>,
    /// Rows of this class.
    pub support: u64,
}

/// Evaluates `predictions` against `labels` that index `classes`, without intervals. There must be
/// at least one row.
///
/// Classes are ranked by probabilities where there are any, else by scores.
pub fn evaluate_one_class(
    predictions: &Predictions,
    labels: &[usize],
    classes: &[String],
) -> OneClassEvaluation {
    let n_classes = classes.len();
    let confusion = ConfusionMatrix::count(labels, predictions.classes(), n_classes);
    let counts = confusion.class_counts();
    let class_scores = |(class, name): (usize, &String)| {
        let is_positive = labels.iter().map(|&label| label == class);
        let ranking = Ranking::new(predictions.ranked_by(class).zip(is_positive));
        ClassScores {
            name: name.clone(),
            precision: counts.precision(class),
            recall: counts.recall(class),
            f1: counts.f1(class),
            roc_auc: ranking.roc_auc(),
            average_precision: ranking.average_precision(),
            support: counts.support[class],
        }
    };
    let classes: Vec<_> = classes.par_iter().enumerate().map(class_scores).collect();
    let roc_auc = match classes.as_slice() {
        [_, second] => second.roc_auc,
        classes => mean(classes.iter().filter_map(|class| class.roc_auc)),
    };
    OneClassEvaluation {
        n_samples: labels.len(),
        accuracy: counts.accuracy(),
        mean_class_accuracy: counts.mean_class_accuracy(),
        top5_accuracy: (n_classes > TOP).then(|| top_k_accuracy(predictions.scores(), labels, TOP)),
        log_loss: predictions.log_loss(labels),
        calibration_error: predictions.log_probabilities().map(|logs| {
            let rows = labels.iter().zip(predictions.classes()).enumerate();
            calibration_error(rows.map(|(row, (label, prediction))| {
                (logs[[row, *prediction]].exp(), label == prediction)
            }))
        }),
        averages: Averages::of(&counts),
        roc_auc,
        mean_average_precision: mean(classes.iter().filter_map(|class| class.average_precision)),
        intervals: None,
        classes,
        confusion: confusion.rows(),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_small_case_by_hand() {
        let scores = array![[2.0, 1.0], [0.0, 3.0], [5.0, 4.0], [1.0, 1.0]];
        let classes = ["cat".to_owned(), "dog".to_owned()];
        let evaluation =
            evaluate_one_class(&Predictions::by_score(scores, None), &[0, 1, 1, 0], &classes);
        assert_eq!(evaluation.n_samples, 4);
        assert_eq!(evaluation.accuracy, 0.75);
        assert_eq!(evaluation.mean_class_accuracy, 0.75);
        assert_eq!((evaluation.log_loss, evaluation.calibration_error), (None, None));
        assert_eq!(evaluation.top5_accuracy, None);
        assert_eq!(evaluation.roc_auc, Some(1.0));
        assert_eq!(evaluation.confusion, [[2, 0], [1, 1]]);
    }
}
