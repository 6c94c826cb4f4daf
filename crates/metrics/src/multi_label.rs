//! Metrics of rows that may be of any number of classes.

use ndarray::ArrayView2;
use rayon::prelude::*;
use serde::Serialize;

use super::ranking::{Ranking, mean};
use super::{Bootstrap, Interval, Metric, Truth};

/// How well scores rank the rows of each class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MultiLabelEvaluation {
    /// Number of rows.
    pub n_samples: usize,
    /// Mean of the average precisions (mAP), over the classes that have positive rows: without
    /// interpolation, as scikit-learn's `average_precision_score`.
    pub mean_average_precision: Option<f64>,
    /// The same of VOC 2007's 11-point average precisions.
    pub eleven_point_map: Option<f64>,
    /// Mean of the ROC-AUCs, over the classes that have positive and negative rows.
    pub mean_roc_auc: Option<f64>,
    /// 95 % bootstrap intervals, where they were asked for.
    pub intervals: Option<MultiLabelIntervals>,
    /// Each class.
    pub classes: Vec<MultiLabelClass>,
}

/// 95 % intervals of the means, over draws of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MultiLabelIntervals {
    /// How they were made.
    #[serde(flatten)]
    pub bootstrap: Bootstrap,
    /// Of the mean average precision.
    pub mean_average_precision: Option<Interval>,
    /// Of the 11-point one.
    pub eleven_point_map: Option<Interval>,
    /// Of the mean ROC-AUC.
    pub mean_roc_auc: Option<Interval>,
}

/// How well one class is told from its absence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MultiLabelClass {
    /// The class.
    pub name: String,
    /// Average precision; `None` without positive rows.
    pub average_precision: Option<f64>,
    /// Area under the ROC curve; `None` without rows of both kinds.
    pub roc_auc: Option<f64>,
    /// Rows that have the class.
    pub positives: usize,
    /// Rows that do not.
    pub negatives: usize,
}

/// Evaluates `scores` `[n_samples, n_classes]` against `truth` of the same shape: above zero
/// present, below zero absent, 0 ignored (such as the difficult objects of PASCAL VOC); without intervals.
///
/// Each class is ranked on its own, over the rows where it is not ignored.
pub fn evaluate_multi_label(
    scores: ArrayView2<'_, f32>,
    truth: ArrayView2<'_, i8>,
    classes: &[String],
) -> MultiLabelEvaluation {
    let evaluate_class = |(class, name): (usize, &String)| {
        let rows = scores.column(class).into_iter().zip(truth.column(class));
        let rows: Vec<_> = rows
            .filter(|&(_, &truth)| truth != 0)
            .map(|(&score, &truth)| (f64::from(score), truth > 0))
            .collect();
        let positives = rows.iter().filter(|row| row.1).count();
        let negatives = rows.len() - positives;
        let ranking = Ranking::new(rows.into_iter());
        MultiLabelClass {
            name: name.clone(),
            average_precision: ranking.average_precision(),
            roc_auc: ranking.roc_auc(),
            positives,
            negatives,
        }
    };
    let classes: Vec<_> = classes.par_iter().enumerate().map(evaluate_class).collect();
    let eleven_point = Metric::ElevenPointMap.measure(scores, Truth::MultiLabel(truth), None);
    MultiLabelEvaluation {
        n_samples: scores.nrows(),
        mean_average_precision: mean(classes.iter().filter_map(|class| class.average_precision)),
        eleven_point_map: eleven_point.map(|measured| measured.value),
        mean_roc_auc: mean(classes.iter().filter_map(|class| class.roc_auc)),
        intervals: None,
        classes,
    }
}

/// The intervals of what [`evaluate_multi_label`] says of the same scores.
pub fn bootstrap_multi_label(
    scores: ArrayView2<'_, f32>,
    truth: ArrayView2<'_, i8>,
    bootstrap: Bootstrap,
) -> MultiLabelIntervals {
    let interval = |metric: Metric| {
        metric.measure(scores, Truth::MultiLabel(truth), Some(bootstrap))?.interval
    };
    MultiLabelIntervals {
        bootstrap,
        mean_average_precision: interval(Metric::MeanAveragePrecision),
        eleven_point_map: interval(Metric::ElevenPointMap),
        mean_roc_auc: interval(Metric::MeanRocAuc),
    }
}
