//! Images that show the same thing: nearest neighbors among all images of a cache, and how good they are.
//!
//! ```text
//! cache -> views -> codes -> search -> ranking -> question -> measure
//!                     |        |                     |
//!                 transform  distance        ground truth of the cache
//! ```
//!
//! [`views`] says which views of an image take part, [`codes`] are their transformed features, [`index`]
//! holds those of all images, [`search()`] gives the distance of every query to every image, [`ranking`]
//! puts images in order, [`question`] says what an image is to a query, [`measure`] scores the order, and
//! [`published`] holds the paper's numbers.
//! [`retrieve()`] does all of that for the queries of a benchmark, [`find_neighbors`] for one image.
//!
//! The protocol is that of Razavian et al. 2014, section 4: codes `v` of the patches of the query, codes `w`
//! of those of an image, and
//!
//! ```text
//! distance(query, image) = mean over v of the smallest |v - w| over w
//! ```
//!
//! With one view on either side (global search) that is the distance of two vectors.

pub mod benchmark;
pub mod codes;
pub mod comparable;
pub mod distance;
pub mod index;
pub mod measure;
mod operation;
pub mod published;
pub mod question;
pub mod ranking;
mod report;
pub mod search;
pub mod views;

pub use operation::{
    Neighbor, NeighborsReport, NeighborsRequest, RetrieveError, RetrieveRequest, find_neighbors,
    retrieve,
};
pub use report::{QueryResult, RankedImage, Ranking, RetrieveReport, Searched, WorstQuery};
pub use search::search;
