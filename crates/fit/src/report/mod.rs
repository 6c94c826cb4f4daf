//! What the program says: one document a command, in JSON and as text.
//!
//! Every document begins with `format`, `version` and `created_by`. Fields are added without a new
//! version; a field that goes away or changes its meaning raises it.

mod compare;
mod csv;
mod eval;
mod folds;
mod head_evaluation;
mod layers;
mod multi_label_metrics;
mod neighbors;
mod one_class_metrics;
mod predict;
mod predict_parquet;
mod reproduce;
mod reproduce_table;
mod retrieve;
mod sweep;
mod table;
mod train;

use serde::Serialize;

use crate::CREATED_BY;

pub use compare::{CompareDocument, ComparedHead};
pub use eval::{ConfusedPair, EvalDocument, WorstImage};
pub use folds::folds_csv;
pub use layers::{LayersDocument, TapStanding};
pub use neighbors::{Neighbor, NeighborsDocument};
pub use predict::{PredictDocument, PredictFormat, Predicted, Prediction, ScoreKind};
pub use reproduce::{
    MissingRow, PublishedNumber, ReproduceDocument, ReproducedClass, ReproducedRow, RowOrigin,
};
pub use retrieve::{QueryResult, RetrieveDocument, RetrieveSubject, WorstQuery, rankings_csv};
pub use sweep::{
    LeaderboardDocument, Scoring, SweepDocument, SweepSubject, WinnerDocument, leaderboard_csv,
};
pub use train::TrainDocument;

/// What stands between the classes of a row that has several, where they are one text.
const LABEL_SEPARATOR: &str = "|";

/// The first fields of every document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stamp {
    format: &'static str,
    version: u32,
    created_by: &'static str,
}

impl Stamp {
    fn new(format: &'static str) -> Self {
        Self::of_version(format, 1)
    }

    fn of_version(format: &'static str, version: u32) -> Self {
        Self { format, version, created_by: CREATED_BY }
    }
}

/// A document as indented JSON with a newline at the end.
pub fn to_json(document: &impl Serialize) -> String {
    let json = serde_json::to_string_pretty(document).expect("documents have string keys only");
    json + "\n"
}
