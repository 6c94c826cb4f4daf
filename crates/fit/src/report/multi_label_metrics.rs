//! An evaluation on rows of several labels as text.

use metrics::{Interval, MultiLabelEvaluation};

use results::{percent, table};

/// One line: `mAP 83.7 %, mean ROC-AUC 0.9312 (155 rows)`.
pub(super) fn summary(evaluation: &MultiLabelEvaluation) -> String {
    let MultiLabelEvaluation { n_samples, mean_average_precision, mean_roc_auc, .. } = evaluation;
    let (map, area) = (share(*mean_average_precision), digits(*mean_roc_auc));
    format!("mAP {map}, mean ROC-AUC {area} ({n_samples} rows)")
}

/// A row for each mean over classes, with its interval.
pub(super) fn metric_table(evaluation: &MultiLabelEvaluation) -> String {
    let intervals = evaluation.intervals.as_ref();
    let in_percent = |[low, high]: Interval| format!("{} - {}", percent(low), percent(high));
    let in_digits = |[low, high]: Interval| format!("{low:.4} - {high:.4}");
    let row = |name: &str, value: String, interval: Option<String>| {
        vec![name.to_owned(), value, interval.unwrap_or_default()]
    };
    let MultiLabelEvaluation { mean_average_precision, eleven_point_map, mean_roc_auc, .. } =
        evaluation;
    let rows = vec![
        row(
            "mean average precision (mAP)",
            share(*mean_average_precision),
            intervals.and_then(|i| i.mean_average_precision).map(in_percent),
        ),
        row(
            "mAP (11-point, VOC 2007)",
            share(*eleven_point_map),
            intervals.and_then(|i| i.eleven_point_map).map(in_percent),
        ),
        row(
            "mean ROC-AUC",
            digits(*mean_roc_auc),
            intervals.and_then(|i| i.mean_roc_auc).map(in_digits),
        ),
    ];
    let header = if intervals.is_some() { "95 % interval" } else { "" };
    table(&["metric", "value", header], 1, rows)
}

/// Average precision, area and rows of each class.
pub(super) fn class_table(evaluation: &MultiLabelEvaluation) -> String {
    let rows = evaluation.classes.iter().map(|class| {
        vec![
            class.name.clone(),
            share(class.average_precision),
            digits(class.roc_auc),
            class.positives.to_string(),
            class.negatives.to_string(),
        ]
    });
    let header = ["class", "average precision", "ROC-AUC", "rows with it", "rows without"];
    table(&header, 1, rows.collect())
}

fn share(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), percent)
}

fn digits(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.4}"))
}
