//! An evaluation as text.

use super::table::{percent, table};
use crate::evaluation::Evaluation;

/// Classes beyond which a confusion matrix is too wide to read; JSON has it always.
const WIDEST_CONFUSION: usize = 20;

/// One line: `accuracy 83.7 %, mean per-class 82.1 %, log loss 0.512 (155 rows)`.
pub(super) fn summary(evaluation: &Evaluation) -> String {
    let log_loss = evaluation.log_loss.map(|loss| format!(", log loss {loss:.4}"));
    format!(
        "accuracy {}, mean per-class {}{} ({} rows)",
        percent(evaluation.accuracy),
        percent(evaluation.mean_class_accuracy),
        log_loss.unwrap_or_default(),
        evaluation.n_samples
    )
}

/// Precision, recall, F1 and support of each class.
pub(super) fn class_table(evaluation: &Evaluation) -> String {
    let rows = evaluation.classes.iter().map(|class| {
        vec![
            class.name.clone(),
            percent(class.precision),
            percent(class.recall),
            percent(class.f1),
            class.support.to_string(),
        ]
    });
    table(&["class", "precision", "recall", "F1", "rows"], 1, rows.collect())
}

/// The confusion matrix, or a line that says where to find a large one.
pub(super) fn confusion_table(evaluation: &Evaluation) -> String {
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
    use ndarray::array;

    use super::*;
    use crate::evaluation::evaluate;

    #[test]
    fn text_shows_the_counts() {
        let scores = array![[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]];
        let classes = ["cat".to_owned(), "dog".to_owned()];
        let evaluation = evaluate(scores.view(), &[0, 1, 1], &classes, false);
        assert_eq!(summary(&evaluation), "accuracy 66.7 %, mean per-class 75.0 % (3 rows)");
        let last_row = |table: &str| {
            let row = table.lines().last().unwrap().replace(" %", "");
            row.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        let class = last_row(&class_table(&evaluation));
        assert_eq!(class, ["dog", "100.0", "50.0", "66.7", "2"]);
        assert_eq!(last_row(&confusion_table(&evaluation)), ["dog", "1", "1", "1"]);
    }
}
