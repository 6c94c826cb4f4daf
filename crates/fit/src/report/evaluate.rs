//! What `fit eval` says.

use console::shown;
use metrics::Evaluation;
use train::EvaluateReport;

use super::multi_label_metrics;
use super::one_class_metrics::{
    class_table, confused_table, confusion_table, metric_table, worst_table,
};
use super::rows;

/// The report as text.
pub(crate) fn text(report: &EvaluateReport) -> String {
    let (n_samples, tables) = match &report.evaluation {
        Evaluation::OneClass(evaluation) => {
            let tables = [metric_table, class_table, confusion_table];
            (evaluation.n_samples, tables.map(|table| table(evaluation)).join("\n"))
        }
        Evaluation::MultiLabel(evaluation) => {
            let tables = [multi_label_metrics::metric_table, multi_label_metrics::class_table];
            (evaluation.n_samples, tables.map(|table| table(evaluation)).join("\n"))
        }
    };
    let EvaluateReport { head, cache, split, .. } = report;
    let (head, cache) = (shown(head), shown(cache));
    let left_out = rows::text(&report.rows);
    let mut text =
        format!("{head} on {cache} (split: {split}, {n_samples} rows)\n{left_out}\n{tables}");
    let details = [confused_table(&report.most_confused), worst_table(&report.worst)];
    for table in details.into_iter().flatten() {
        text += &format!("\n{table}");
    }
    text
}
