//! What is asked for, and why it cannot be had.

use std::path::PathBuf;

use feature_cache::{Checksums, OpenError, ReadError};
use head::{HeadSpec, Settings, Steps};
use learn::{SettingsError, SolverError};
use serde::{Deserialize, Serialize};
use train::{GroupBy, PlanError, RowChoice, RowChoiceError, TapError};

/// A head to train on more and more images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShotsRequest {
    /// The feature cache.
    pub cache: PathBuf,
    /// The head.
    pub spec: HeadSpec,
    /// The tap, `layer:pooling`; the only one of the cache when absent.
    #[serde(default)]
    pub tap: Option<String>,
    /// The transform; rows of unit length (`l2`) when absent.
    #[serde(default = "Steps::unit_rows")]
    pub transform: Steps,
    /// What decides a fit besides these; the seed is that of the first draw.
    #[serde(default)]
    pub settings: Settings,
    /// Fraction of each class to hold out, in a cache without splits; 0.2 when absent.
    #[serde(default)]
    pub hold_out: Option<f64>,
    /// What groups rows that are held out together, besides the content of their images.
    #[serde(default)]
    pub group_by: Option<GroupBy>,
    /// Which classes and rows take part.
    #[serde(default)]
    pub rows: RowChoice,
    /// Images of a class to train on; 1, 2, 5, 10, 20, 50, ... when empty. A class of fewer gives all that it has.
    #[serde(default)]
    pub sizes: Vec<usize>,
    /// Draws of each size, each with the seed after that of the one before it; 1 at least.
    pub draws: usize,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

impl ShotsRequest {
    /// Ten draws of the default sizes, with the defaults for everything else.
    pub fn new(cache: impl Into<PathBuf>, spec: HeadSpec) -> Self {
        Self {
            cache: cache.into(),
            spec,
            tap: None,
            transform: Steps::unit_rows(),
            settings: Settings::default(),
            hold_out: None,
            group_by: None,
            rows: RowChoice::default(),
            sizes: Vec::new(),
            draws: 10,
            checksums: Checksums::default(),
        }
    }
}

/// Why there is no curve.
#[derive(Debug, thiserror::Error)]
pub enum ShotsError {
    /// The cache cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The tap cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// A head could not be fitted.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// Nothing is drawn.
    #[error("a curve needs at least one draw")]
    NoDraws,
    /// There is no accuracy of several labels.
    #[error("images of `{}` have several labels each, which have no accuracy", .0.display())]
    SeveralLabels(PathBuf),
    /// All splits of the cache are trained on.
    #[error("`{}` has a training split and no other that heads could be scored on", .0.display())]
    NothingHeldOut(PathBuf),
    /// The settings do not suit the head.
    #[error("cannot train on `{}`", cache.display())]
    Settings {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: SettingsError,
    },
    /// The cache has not the classes that are asked for.
    #[error("cannot train on `{}`", cache.display())]
    Choice {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: RowChoiceError,
    },
    /// The rows of the cache cannot be divided as asked.
    #[error("cannot train on `{}`", cache.display())]
    Rows {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: PlanError,
    },
}
