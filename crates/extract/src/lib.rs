//! Runs a frozen network over images and keeps its activations.
//!
//! One way for the data: folder of images -> `dataset::Manifest` -> decoded batches -> [`engine`]
//! -> `feature_cache` file. [`run()`] is the whole of it, for a [`Network`](network::Network) that was put together
//! before.

pub mod overview;
pub mod run;

pub use run::run;
