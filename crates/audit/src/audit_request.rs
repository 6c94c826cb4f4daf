//! A data set to look through, and why it cannot be.

use std::path::PathBuf;

use feature_cache::{Checksums, OpenError, ReadError};
use head::CombineViews;
use serde::{Deserialize, Serialize};
use train::{GroupBy, GroupError, RowsError, TapError};

use crate::held_out::HeldOutError;

/// A data set to look through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRequest {
    /// The feature cache.
    pub cache: PathBuf,
    /// The tap, `layer:pooling`; the only one of the cache when absent.
    #[serde(default)]
    pub tap: Option<String>,
    /// How several views of an image become one row; there is one view when absent.
    #[serde(default)]
    pub views: Option<CombineViews>,
    /// What groups rows that are held out together, besides the content of their images.
    #[serde(default)]
    pub group_by: Option<GroupBy>,
    /// Folds of the cross-validation that gives held-out probabilities; 2 at least.
    pub folds: usize,
    /// Values of C to choose from, ascending, at least one.
    pub cs: Vec<f64>,
    /// The neighbor whose distance says how far off an image is; 1 at least.
    pub n_neighbors: usize,
    /// Cosine similarity from which on two images are near duplicates.
    pub similarity: f32,
    /// Images of a class below which it is too small.
    pub small_class: usize,
    /// Seed of the folds.
    #[serde(default)]
    pub seed: u64,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

impl AuditRequest {
    /// The audit of `cache` with the defaults for everything else.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        Self {
            cache: cache.into(),
            tap: None,
            views: None,
            group_by: None,
            folds: 5,
            cs: vec![1.0, 10.0, 100.0, 1000.0],
            n_neighbors: 10,
            similarity: 0.95,
            small_class: 20,
            seed: 0,
            checksums: Checksums::default(),
        }
    }
}

/// Why a data set cannot be looked through.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The cache cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The tap cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// Rows cannot be grouped as asked.
    #[error(transparent)]
    Groups(#[from] GroupError),
    /// Labels cannot be read as classes.
    #[error("cannot check the labels of `{}`", cache.display())]
    Rows {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: RowsError,
    },
    /// There are no held-out probabilities.
    #[error("cannot check the labels of `{}`", cache.display())]
    HeldOut {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: HeldOutError,
    },
}
