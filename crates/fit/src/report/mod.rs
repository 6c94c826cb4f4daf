//! What the program says: one document a command, in JSON and as text.
//!
//! Every document begins with `format`, `version` and `created_by`. Fields are added without a new
//! version; a field that goes away or changes its meaning raises it.

pub(crate) mod audit;
mod audit_lists;
pub(crate) mod compare;
pub(crate) mod evaluate;
pub(crate) mod features;
mod folds;
mod head_evaluation;
pub(crate) mod import;
pub(crate) mod layers;
mod leaderboard;
mod multi_label_metrics;
pub(crate) mod neighbors;
mod one_class_metrics;
pub(crate) mod reproduce;
mod reproduce_table;
pub(crate) mod retrieve;
pub(crate) mod rows;
pub(crate) mod shots;
pub(crate) mod sweep;
pub(crate) mod sweep_folder;
pub(crate) mod train;

use ::train::CREATED_BY;
use serde::Serialize;

/// What was found, as a document: indented JSON with a newline at the end.
pub(crate) fn document(format: &'static str, report: &impl Serialize) -> String {
    document_of_version(format, 1, report)
}

fn document_of_version(format: &'static str, version: u32, report: &impl Serialize) -> String {
    let document = Document { format, version, created_by: CREATED_BY, report };
    let json = serde_json::to_string_pretty(&document).expect("documents have string keys only");
    json + "\n"
}

#[derive(Serialize)]
struct Document<'a, T> {
    format: &'static str,
    version: u32,
    created_by: &'static str,
    #[serde(flatten)]
    report: &'a T,
}
