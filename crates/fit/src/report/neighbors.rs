//! What `fit retrieve --query` says.

use head::Steps;
use serde::Serialize;

use super::Stamp;
use super::table::table;
use crate::retrieve::distance::Distance;
use crate::retrieve::views::Search;

/// The images that resemble one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NeighborsDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// The cache.
    pub cache: String,
    /// The tap.
    pub tap: String,
    /// Path of the image that is asked about.
    pub query: String,
    /// Whether images have one vector or several.
    pub search: Search,
    /// How far vectors are apart.
    pub distance: Distance,
    /// Steps between the cache and the vectors.
    pub transform: Steps,
    /// The nearest images, without itself.
    pub nearest: Vec<Neighbor>,
}

/// An image and its distance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Neighbor {
    /// Path of the image.
    pub path: String,
    /// Its distance to the one that is asked about.
    pub distance: f32,
}

impl NeighborsDocument {
    /// The document of the images nearest to `query`.
    pub fn new(
        (cache, tap, query): (String, String, String),
        (search, distance, transform): (Search, Distance, Steps),
        nearest: Vec<Neighbor>,
    ) -> Self {
        let stamp = Stamp::new("offshelf-neighbors");
        Self { stamp, cache, tap, query, search, distance, transform, nearest }
    }

    /// The document as text.
    pub fn text(&self) -> String {
        let rows =
            (1..).zip(&self.nearest).map(|(rank, Neighbor { path, distance }): (usize, _)| {
                vec![path.clone(), rank.to_string(), format!("{distance:.4}")]
            });
        format!(
            "nearest to {} ({} search, transform: {})\n\n{}",
            self.query,
            self.search,
            self.transform,
            table(&["path", "rank", "distance"], 1, rows.collect()),
        )
    }
}
