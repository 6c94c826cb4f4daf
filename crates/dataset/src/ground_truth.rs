//! What a query of a retrieval benchmark should find.

use crate::bounding_box::BoundingBox;

/// The queries of a retrieval benchmark, in byte order of their names.
#[derive(Clone, Debug, PartialEq)]
pub struct GroundTruth {
    /// How answers are scored.
    pub protocol: RetrievalProtocol,
    /// The queries.
    pub queries: Vec<Query>,
}

/// How the answers to queries are scored; the scoring itself is `fit`'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetrievalProtocol {
    /// Oxford5k and Paris6k: mean average precision of good and ok images; junk counts as not being
    /// there; the query image stays in the ranking.
    Buildings,
    /// INRIA Holidays: mean average precision; the query image is taken out of the ranking.
    Holidays,
    /// UKBench: how many of the four images of the object, the query among them, are in the first four.
    Ukbench,
}

/// A query, and the images that answer it. Images are named by [`Sample::path`](crate::Sample::path).
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Its name, such as `all_souls_1`.
    pub name: String,
    /// The image that is asked about.
    pub image: String,
    /// The part of it that is asked about; all of it without.
    pub bounding_box: Option<BoundingBox>,
    /// Images that show it well.
    pub good: Vec<String>,
    /// Images that show at least a quarter of it.
    pub ok: Vec<String>,
    /// Images that show too little of it to count either way.
    pub junk: Vec<String>,
}
