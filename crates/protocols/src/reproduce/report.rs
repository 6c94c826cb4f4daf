//! What a protocol came to.

use metrics::{Interval, Metric};
use serde::Serialize;

use super::published::Published;
use super::run::TriedC;
use super::variant::Variant;

/// A number of ours beside that of the paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReproduceReport {
    /// The data set.
    pub data_set: &'static str,
    /// The protocol.
    pub protocol: &'static str,
    /// The variant.
    pub variant: Variant,
    /// Architecture of the network.
    pub backbone: String,
    /// Name of its weights.
    pub weights: String,
    /// The tap.
    pub tap: String,
    /// The views that the cache has of each image.
    pub views: String,
    /// What is measured.
    pub metric: Metric,
    /// The number, 0 to 1.
    pub value: f64,
    /// Its 95 % bootstrap interval over test images.
    pub interval: Option<Interval>,
    /// The number of the paper, where there is one.
    pub published: Option<&'static Published>,
    /// Our number less that of the paper, in points of a percent.
    pub difference: Option<f64>,
    /// C, or that of each class.
    pub c: Vec<f64>,
    /// What it was chosen from; empty where it was given, or chosen for each class.
    pub tried: Vec<TriedC>,
    /// Images trained on.
    pub n_train: usize,
    /// Rows trained on: images, or views of them.
    pub n_train_rows: usize,
    /// Images tested.
    pub n_test: usize,
    /// What each class adds to the mean.
    pub classes: Vec<ReproducedClass>,
    /// Whether the heads that were tested met their tolerance.
    pub converged: bool,
    /// What is to be known about the number.
    pub notes: Vec<String>,
    /// The cache.
    pub cache: String,
    /// BLAKE3 of what the cache holds.
    pub cache_digest: String,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReproducedClass {
    /// Its name.
    pub name: String,
    /// What it adds to the mean, 0 to 1; null where it is left out.
    pub value: Option<f64>,
}
