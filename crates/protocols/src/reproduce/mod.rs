//! Published protocols: a cache in, the number that the paper reports out.
//!
//! ```text
//! protocol + variant -> recipe                          what to do, as data
//! cache -> task (images, splits, truth), image_features (views)
//!            -> choice (of C) -> solve -> scores (summed over views) -> Metric
//! ```
//!
//! A [`Protocol`] is a data set with its metric and the C that was published for it, a [`Variant`] a way
//! of turning features into scores; each protocol runs in each variant that its labels allow.
//! [`published`] holds the numbers of the papers, [`reproduce()`] computes ours, and [`table`] says
//! which caches of a folder serve which rows.
//!
//! What the papers leave open, and what was chosen, is in `docs/razavian.md`.

mod choice;
mod division;
mod error;
mod free_intercept;
mod image_features;
mod logistic;
mod point;
mod protocol;
pub mod published;
mod recipe;
mod report;
mod run;
mod scores;
mod solve;
pub mod table;
mod task;
mod variant;
mod views_check;
mod vissl;

pub use error::ReproduceError;
pub use protocol::{PROTOCOLS, Protocol, UnknownProtocol};
pub use recipe::{Choice, Recipe, RecipeOptions, Scales};
pub use report::{ReproduceReport, ReproducedClass};
pub use run::{ReproduceRequest, TriedC, reproduce};
pub use variant::Variant;
