//! One head, trained.

use std::path::PathBuf;

use feature_cache::{Cache, Checksums, OpenError, ReadError};
use head::{Description, HeadSpec, Origin, SavedHead, Settings, Steps, Training};
use learn::{CalibrateError, Rows, SettingsError, SolverError, calibrate, check_settings, learn};
use metrics::Evaluation;
use serde::{Deserialize, Serialize};

use crate::CREATED_BY;
use crate::groups::{GroupBy, GroupError, group_rows};
use crate::row_choice::{ChosenRows, RowChoice, RowChoiceError};
use crate::samples::Samples;
use crate::sweep::{PlanError, training_rows};
use crate::tap_features::{TapError, TapFeatures};

/// A head to train: on the training split, or on all labelled rows of a cache without splits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainRequest {
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
    /// What decides the fit besides these.
    #[serde(default)]
    pub settings: Settings,
    /// Fraction of each class to hold out, or of all rows where these have several labels; in a cache
    /// without splits.
    #[serde(default)]
    pub hold_out: Option<f64>,
    /// What groups rows, besides the content of their images.
    #[serde(default)]
    pub group_by: Option<GroupBy>,
    /// Which classes and rows take part.
    #[serde(default)]
    pub rows: RowChoice,
    /// Whether to fit a calibration, too.
    #[serde(default)]
    pub calibrate: bool,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// A trained head, and how good it is.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainReport {
    /// The head.
    pub head: SavedHead,
    /// Evaluation on the rows trained on.
    pub training: Evaluation,
    /// Evaluation on the rows held out, when there are any.
    pub held_out: Option<Evaluation>,
    /// What was left out.
    pub rows: ChosenRows,
}

/// Why a head cannot be trained.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The cache cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The tap cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// The settings do not suit the head, or the labels of the cache.
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
    /// The cache has no rows to train on, or they cannot be divided.
    #[error("cannot train on `{}`", cache.display())]
    Rows {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: PlanError,
    },
    /// Rows cannot be grouped as asked.
    #[error(transparent)]
    Groups(#[from] GroupError),
    /// The head cannot be fitted.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// The head cannot be calibrated.
    #[error(transparent)]
    Calibrate(#[from] CalibrateError),
}

impl TrainRequest {
    /// A head on the only tap of `cache`, with the defaults for everything else.
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
            calibrate: false,
            checksums: Checksums::default(),
        }
    }
}

/// Trains a head, and evaluates it on the rows trained on and on those held out.
///
/// # Errors
/// [`TrainError`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use head::HeadSpec;
/// use train::{TrainRequest, train};
///
/// let spec = HeadSpec::Ridge { c: 1.0 };
/// let request = TrainRequest { hold_out: Some(0.2), ..TrainRequest::new(birds, spec) };
/// let report = train(&request)?;
/// assert_eq!(report.head.description.origin.training.n_samples, 32);
/// assert!(report.held_out.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train(request: &TrainRequest) -> Result<TrainReport, TrainError> {
    let TrainRequest { spec, transform, settings, hold_out, .. } = request;
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let tap = TapFeatures::open(&cache, request.tap.as_deref(), settings.views)?;
    let (samples, chosen) = Samples::chosen(&cache, &request.rows)
        .map_err(|source| TrainError::Choice { cache: request.cache.clone(), source })?;
    let labels = samples.label_kind();
    check_settings(labels, std::slice::from_ref(spec), settings, request.calibrate)
        .map_err(|source| TrainError::Settings { cache: request.cache.clone(), source })?;
    let groups = |rows: &Rows| group_rows(&cache, request.group_by.as_ref(), rows);
    let (rows, classes, held_out) = training_rows(&samples, &groups, *hold_out, settings.seed)
        .map_err(|source| TrainError::Rows { cache: request.cache.clone(), source })?;
    let train = tap.examples(rows)?;
    let held_out = held_out.map(|rows| tap.examples(rows)).transpose()?;

    let (pipeline, record) = learn(&train, &classes, transform, spec, settings)?;
    let calibration = if request.calibrate {
        let groups = groups(&train.rows)?;
        Some(calibrate(&pipeline, &train, &groups, &classes, spec, settings)?)
    } else {
        None
    };
    let training = Training {
        cache: cache.path().display().to_string(),
        parts: vec![samples.training_part()],
        hold_out: *hold_out,
        n_samples: train.rows.len(),
    };
    let provenance = cache.provenance().of_tap(tap.name());
    let settings = settings.clone();
    let origin = Origin { classes, labels, provenance, training, settings };
    let description = Description::new(CREATED_BY, spec, &pipeline, record, calibration, origin);
    let head = SavedHead { pipeline, description };
    let training = train.evaluate(&head);
    let held_out = held_out.map(|rows| rows.evaluate(&head));
    Ok(TrainReport { head, training, held_out, rows: chosen })
}
