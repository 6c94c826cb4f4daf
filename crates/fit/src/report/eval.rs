//! What `fit eval` says.

use serde::Serialize;

use super::Stamp;
use super::metrics::{class_table, confusion_table, summary};
use crate::evaluation::Evaluation;
use crate::rows::Part;

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
}

impl EvalDocument {
    /// The document of an evaluation of `head` on the rows of `split` in `cache`.
    pub fn new(head: String, cache: String, split: Part, evaluation: Evaluation) -> Self {
        Self { stamp: Stamp::new("offshelf-eval"), head, cache, split, evaluation }
    }

    /// The document as text.
    pub fn text(&self) -> String {
        format!(
            "{} on {} (split: {})\n{}\n\n{}\n{}",
            self.head,
            self.cache,
            self.split,
            summary(&self.evaluation),
            class_table(&self.evaluation),
            confusion_table(&self.evaluation),
        )
    }
}
