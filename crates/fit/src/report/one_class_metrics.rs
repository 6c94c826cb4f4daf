//! An evaluation of one class a row as text.

use metrics::{Interval, OneClassEvaluation};
use train::{ConfusedPair, WorstImage};

use results::{percent, table};

/// Classes beyond which a confusion matrix is too wide to read; JSON has it always.
const WIDEST_CONFUSION: usize = 20;

/// One line: `accuracy 83.7 %, mean per-class 82.1 %, log loss 0.512 (155 rows)`.
pub(super) fn summary(evaluation: &OneClassEvaluation) -> String {
    let log_loss = evaluation.log_loss.map(|loss| format!(", log loss {loss:.4}"));
    format!(
        "accuracy {}, mean per-class {}{} ({} rows)",
        percent(evaluation.accuracy),
        percent(evaluation.mean_class_accuracy),
        log_loss.unwrap_or_default(),
        evaluation.n_samples
    )
}

/// A row for each metric there is, with its interval.
pub(super) fn metric_table(evaluation: &OneClassEvaluation) -> String {
    let intervals = evaluation.intervals.as_ref();
    let in_percent = |[low, high]: Interval| format!("{} - {}", percent(low), percent(high));
    let in_digits = |[low, high]: Interval| format!("{low:.4} - {high:.4}");
    let mut rows = Vec::new();
    let mut row = |name: &str, value: Option<String>, interval: Option<String>| {
        rows.extend(value.map(|value| vec![name.to_owned(), value, interval.unwrap_or_default()]));
    };
    let share = |share: f64| Some(percent(share));
    let digits = |value: Option<f64>| value.map(|value| format!("{value:.4}"));
    let averages = &evaluation.averages;
    row("accuracy", share(evaluation.accuracy), intervals.map(|i| in_percent(i.accuracy)));
    let interval = intervals.map(|i| in_percent(i.mean_class_accuracy));
    row("mean per-class accuracy", share(evaluation.mean_class_accuracy), interval);
    row("top-5 accuracy", evaluation.top5_accuracy.map(percent), None);
    row("macro precision", share(averages.of_classes.precision), None);
    row("macro recall", share(averages.of_classes.recall), None);
    row("macro F1", share(averages.of_classes.f1), intervals.map(|i| in_percent(i.macro_f1)));
    row("weighted F1", share(averages.weighted.f1), None);
    row("ROC-AUC", digits(evaluation.roc_auc), None);
    row("mean average precision", digits(evaluation.mean_average_precision), None);
    let interval = intervals.and_then(|i| i.log_loss).map(in_digits);
    row("log loss", digits(evaluation.log_loss), interval);
    row("expected calibration error", digits(evaluation.calibration_error), None);
    let header = if intervals.is_some() { "95 % interval" } else { "" };
    table(&["metric", "value", header], 1, rows)
}

/// Precision, recall, F1, areas and support of each class.
pub(super) fn class_table(evaluation: &OneClassEvaluation) -> String {
    let digits = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
    let rows = evaluation.classes.iter().map(|class| {
        vec![
            class.name.clone(),
            percent(class.precision),
            percent(class.recall),
            percent(class.f1),
            digits(class.roc_auc),
            digits(class.average_precision),
            class.support.to_string(),
        ]
    });
    let header = ["class", "precision", "recall", "F1", "ROC-AUC", "average precision", "rows"];
    table(&header, 1, rows.collect())
}

/// The most confused pairs, when there are any.
pub(super) fn confused_table(pairs: &[ConfusedPair]) -> Option<String> {
    let rows = pairs.iter().map(|pair| {
        let names = [&pair.label, &pair.prediction].map(String::clone);
        [names.as_slice(), &[pair.rows.to_string(), percent(pair.share)]].concat()
    });
    let header = ["most confused", "taken for", "rows", "of its rows"];
    (!pairs.is_empty()).then(|| table(&header, 2, rows.collect()))
}

/// The worst rows, when there are any, with the probability of their class or its margin.
pub(super) fn worst_table(images: &[WorstImage]) -> Option<String> {
    let rows = images.iter().map(|image| {
        let names = [&image.path, &image.label, &image.prediction].map(String::clone);
        let number = image.probability.unwrap_or(image.margin);
        [names.as_slice(), &[format!("{number:.4}")]].concat()
    });
    let number = match images.first()?.probability {
        Some(_) => "probability",
        None => "margin",
    };
    Some(table(&["worst rows", "class", "predicted", number], 3, rows.collect()))
}

/// The confusion matrix, or a line that says where to find a large one.
pub(super) fn confusion_table(evaluation: &OneClassEvaluation) -> String {
    let n_classes = evaluation.classes.len();
    if n_classes > WIDEST_CONFUSION {
        return format!("confusion matrix of {n_classes} classes: see `--json`\n");
    }
    let numbers: Vec<String> = (0..n_classes).map(|class| class.to_string()).collect();
    let mut header = vec!["true \\ predicted", ""];
    header.extend(numbers.iter().map(String::as_str));
    let rows = evaluation.classes.iter().zip(&evaluation.confusion).enumerate();
    let rows = rows.map(|(index, (class, counts))| {
        let names = [class.name.clone(), index.to_string()].into_iter();
        names.chain(counts.iter().map(u64::to_string)).collect()
    });
    table(&header, 1, rows.collect())
}

#[cfg(test)]
mod tests {
    use metrics::{Bootstrap, Predictions, bootstrap, evaluate_one_class};
    use ndarray::array;

    use super::*;

    #[test]
    fn text_shows_the_counts() {
        let scores = array![[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]];
        let classes = ["cat".to_owned(), "dog".to_owned()];
        let predictions = Predictions::by_score(scores, None);
        let mut evaluation = evaluate_one_class(&predictions, &[0, 1, 1], &classes);
        assert_eq!(summary(&evaluation), "accuracy 66.7 %, mean per-class 75.0 % (3 rows)");
        let last_row = |table: &str| {
            let row = table.lines().last().unwrap().replace(" %", "");
            row.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        let class = last_row(&class_table(&evaluation));
        assert_eq!(class, ["dog", "100.0", "50.0", "66.7", "1.0000", "1.0000", "2"]);
        assert_eq!(last_row(&confusion_table(&evaluation)), ["dog", "1", "1", "1"]);
        assert!(!metric_table(&evaluation).contains("interval"));
        let once = Bootstrap { resamples: 1, seed: 0 };
        evaluation.intervals = Some(bootstrap(&predictions, &[0, 1, 1], once));
        let accuracy = metric_table(&evaluation).lines().nth(1).unwrap().to_owned();
        assert!(accuracy.starts_with("accuracy") && accuracy.contains(" - "), "{accuracy}");
    }
}
