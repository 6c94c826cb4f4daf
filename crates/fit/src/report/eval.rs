//! What `fit eval` says.

use head::Part;
use metrics::{Confused, Evaluation, OneClassEvaluation, WorstRow};
use serde::Serialize;

use super::Stamp;
use super::multi_label_metrics;
use super::one_class_metrics::{
    class_table, confused_table, confusion_table, metric_table, worst_table,
};

/// The document of `fit eval`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvalDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// The head file.
    pub head: String,
    /// The cache.
    pub cache: String,
    /// The rows evaluated on.
    pub split: Part,
    /// The scores.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// The most confused pairs of classes, as many as were asked for.
    pub most_confused: Vec<ConfusedPair>,
    /// The worst rows, as many as were asked for.
    pub worst: Vec<WorstImage>,
}

/// Rows of one class that were predicted as one other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfusedPair {
    /// The class of the rows.
    pub label: String,
    /// The class predicted.
    pub prediction: String,
    /// How many rows.
    pub rows: u64,
    /// Their share of the rows of the class.
    pub share: f64,
}

/// A row that the head gets wrong, or least right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorstImage {
    /// Path of the image, relative to the image root.
    pub path: String,
    /// Its class.
    pub label: String,
    /// The class predicted.
    pub prediction: String,
    /// Probability of its class; null for plain margins.
    pub probability: Option<f64>,
    /// Score of its class less the highest score of another.
    pub margin: f64,
}

impl EvalDocument {
    /// The document of an evaluation of `head` on the rows of `split` in `cache`, without details.
    pub fn new(head: String, cache: String, split: Part, evaluation: Evaluation) -> Self {
        let stamp = Stamp::new("offshelf-eval");
        Self { stamp, head, cache, split, evaluation, most_confused: Vec::new(), worst: Vec::new() }
    }

    /// The same document with pairs of classes, which rows of one class each have.
    pub fn with_most_confused(mut self, pairs: &[Confused]) -> Self {
        let Evaluation::OneClass(OneClassEvaluation { classes, .. }) = &self.evaluation else {
            return self;
        };
        let pair = |pair: &Confused| ConfusedPair {
            label: classes[pair.label].name.clone(),
            prediction: classes[pair.prediction].name.clone(),
            rows: pair.rows,
            share: pair.rows as f64 / classes[pair.label].support as f64,
        };
        self.most_confused = pairs.iter().map(pair).collect();
        self
    }

    /// The same document with rows, which have one class each, named by the path of each row evaluated.
    pub fn with_worst(mut self, rows: &[WorstRow], path_of: impl Fn(usize) -> String) -> Self {
        let Evaluation::OneClass(OneClassEvaluation { classes, .. }) = &self.evaluation else {
            return self;
        };
        let image = |row: &WorstRow| WorstImage {
            path: path_of(row.position),
            label: classes[row.label].name.clone(),
            prediction: classes[row.prediction].name.clone(),
            probability: row.probability,
            margin: row.margin,
        };
        self.worst = rows.iter().map(image).collect();
        self
    }

    /// The document as text.
    pub fn text(&self) -> String {
        let (n_samples, tables) = match &self.evaluation {
            Evaluation::OneClass(evaluation) => {
                let tables = [metric_table, class_table, confusion_table];
                (evaluation.n_samples, tables.map(|table| table(evaluation)).join("\n"))
            }
            Evaluation::MultiLabel(evaluation) => {
                let tables = [multi_label_metrics::metric_table, multi_label_metrics::class_table];
                (evaluation.n_samples, tables.map(|table| table(evaluation)).join("\n"))
            }
        };
        let Self { head, cache, split, .. } = self;
        let mut text = format!("{head} on {cache} (split: {split}, {n_samples} rows)\n\n{tables}");
        let details = [confused_table(&self.most_confused), worst_table(&self.worst)];
        for table in details.into_iter().flatten() {
            text += &format!("\n{table}");
        }
        text
    }
}
