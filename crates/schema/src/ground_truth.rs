//! What the queries of a retrieval benchmark should find.

use serde::{Deserialize, Serialize};

use crate::bounding_box::BoundingBox;

/// The queries of a retrieval benchmark, and how answers are scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroundTruth {
    /// How the answers are scored.
    pub protocol: RetrievalProtocol,
    /// The queries, in byte order of their names.
    pub queries: Vec<Query>,
}

/// How the answers to queries are scored. The scoring itself is `fit`'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RetrievalProtocol {
    /// Oxford5k and Paris6k: mean average precision of good and ok images; junk counts as not being
    /// there; the query image stays in the ranking.
    Buildings,
    /// INRIA Holidays: mean average precision; the query image is taken out of the ranking.
    Holidays,
    /// UKBench: how many of the four images of the object, the query among them, are in the first four.
    Ukbench,
}

/// A query, and the images that answer it. Images are named by their path; one that could not be
/// read has no row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// Its name, such as `all_souls_1`.
    pub name: String,
    /// The image that is asked about.
    pub image: String,
    /// The part of it that is asked about, or all of it.
    #[serde(rename = "box", default, skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// Images that show it well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub good: Vec<String>,
    /// Images that show at least a quarter of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ok: Vec<String>,
    /// Images that show too little of it to count either way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub junk: Vec<String>,
}

impl GroundTruth {
    /// As JSON on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}
