//! What a head says of every row of a cache.

use std::path::PathBuf;

use feature_cache::{Cache, Checksums};
use head::{Answers, Engines};
use schema::encoded_path::shown;
use serde::{Deserialize, Serialize};

use super::apply::{ApplyError, features_for, head_for, predictions_of};

/// A head and the rows to predict: all of a cache, labelled or not. The cache must hold the features
/// that the head was trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictRequest {
    /// The head file.
    pub head: PathBuf,
    /// The feature cache.
    pub cache: PathBuf,
    /// Whose features are taken.
    #[serde(default)]
    pub engines: Engines,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// What a head says of every row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PredictReport {
    /// The head file.
    pub head: String,
    /// The cache.
    pub cache: String,
    /// A prediction for each row of the cache, in its order.
    #[serde(flatten)]
    pub answers: Answers,
}

impl PredictRequest {
    /// The predictions of `head` for all rows of `cache`.
    pub fn new(head: impl Into<PathBuf>, cache: impl Into<PathBuf>) -> Self {
        let (head, cache) = (head.into(), cache.into());
        Self { head, cache, engines: Engines::default(), checksums: Checksums::default() }
    }
}

/// Predicts every row of a cache, labelled or not.
///
/// # Errors
/// [`ApplyError`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// # use head::HeadSpec;
/// # let softmax = HeadSpec::Softmax { c: 1.0 };
/// # let trained = train::train(&train::TrainRequest::new(&birds, softmax))?;
/// # let head = folder.path().join("birds.safetensors");
/// # head::save(&trained.head, &head, atomic_file::Existing::Refuse)?;
/// use head::Predicted;
/// use train::{PredictRequest, predict};
///
/// let report = predict(&PredictRequest::new(head, birds))?;
/// assert_eq!(report.answers.predictions[0].prediction, Predicted::Class("owl".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn predict(request: &PredictRequest) -> Result<PredictReport, ApplyError> {
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let head = head_for(&request.head, &cache, request.engines)?;
    let tap = features_for((&request.head, &head), &cache)?;
    let rows: Vec<usize> = (0..cache.n_samples()).collect();
    tap.check_finite(&rows)?;
    let predictions = predictions_of((&request.head, &head), &cache, tap.view(), &rows)?;
    let paths = cache.paths()?;
    let paths = paths.iter().map(|path| shown(path).into_owned());
    Ok(PredictReport {
        head: request.head.display().to_string(),
        cache: cache.path().display().to_string(),
        answers: head.answers(paths.collect(), &predictions),
    })
}
