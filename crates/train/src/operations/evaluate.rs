//! A head on the labelled rows of a cache.

use std::collections::BTreeSet;
use std::path::PathBuf;

use feature_cache::{Cache, Checksums};
use head::{Engines, Part, SavedHead};
use learn::{Labels, Rows};
use metrics::{
    Bootstrap, Confused, ConfusionMatrix, Evaluation, Predictions, WorstRow, worst_rows,
};
use schema::encoded_path::shown;
use serde::{Deserialize, Serialize};

use super::apply::{
    ApplyError, check_head_labels, features_for, head_for, part_or_default, predictions_of,
};
use crate::row_choice::{ChosenRows, RowChoice};
use crate::samples::Samples;

/// A head to evaluate. The cache must hold the features that it was trained on; classes are matched by
/// name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateRequest {
    /// The head file.
    pub head: PathBuf,
    /// The feature cache.
    pub cache: PathBuf,
    /// Whose features are taken.
    #[serde(default)]
    pub engines: Engines,
    /// The labelled rows to evaluate on; when absent the test split where the cache has one, else all.
    #[serde(default)]
    pub split: Option<Part>,
    /// Which classes and rows take part.
    #[serde(default)]
    pub rows: RowChoice,
    /// Most confused pairs of classes to name, where images have one class each.
    #[serde(default)]
    pub top_confused: usize,
    /// Worst rows to name, where images have one class each.
    #[serde(default)]
    pub worst: usize,
    /// How the 95 % intervals are made; none when absent.
    #[serde(default)]
    pub bootstrap: Option<Bootstrap>,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// How good a head is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvaluateReport {
    /// The head file.
    pub head: String,
    /// The cache.
    pub cache: String,
    /// The rows evaluated on.
    pub split: Part,
    /// The scores.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// The most confused pairs of classes, as many as were asked for.
    pub most_confused: Vec<ConfusedPair>,
    /// The worst rows, as many as were asked for.
    pub worst: Vec<WorstImage>,
    /// What was left out.
    pub rows: ChosenRows,
}

/// Rows of one class that were predicted as one other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfusedPair {
    /// The class of the rows.
    pub label: String,
    /// The class predicted.
    pub prediction: String,
    /// How many rows.
    pub rows: u64,
    /// Their share of the rows of the class.
    pub share: f64,
}

/// A row that the head gets wrong, or least right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorstImage {
    /// Path of the image, relative to the image root, as it is on disk.
    pub path: String,
    /// Its class.
    pub label: String,
    /// The class predicted.
    pub prediction: String,
    /// Probability of its class; null for plain margins.
    pub probability: Option<f64>,
    /// Score of its class less the highest score of another.
    pub margin: f64,
}

impl EvaluateRequest {
    /// The evaluation of `head` on the test rows of `cache`, or on all where none are set aside, without
    /// details or intervals.
    pub fn new(head: impl Into<PathBuf>, cache: impl Into<PathBuf>) -> Self {
        Self {
            head: head.into(),
            cache: cache.into(),
            engines: Engines::default(),
            split: None,
            rows: RowChoice::default(),
            top_confused: 0,
            worst: 0,
            bootstrap: None,
            checksums: Checksums::default(),
        }
    }
}

/// Evaluates a head on the labelled rows of a cache.
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
/// use metrics::Evaluation;
/// use train::{EvaluateRequest, evaluate};
///
/// let report = evaluate(&EvaluateRequest::new(head, birds))?;
/// let Evaluation::OneClass(evaluation) = report.evaluation else { unreachable!() };
/// assert_eq!(evaluation.accuracy, 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(request: &EvaluateRequest) -> Result<EvaluateReport, ApplyError> {
    request.bootstrap.map_or(Ok(()), Bootstrap::check)?;
    let applied = apply_to(request)?;
    let classes = applied.classes();
    let evaluation = applied.evaluation(request.bootstrap);
    let (mut most_confused, mut worst) = (Vec::new(), Vec::new());
    if let (Labels::Classes(labels), Evaluation::OneClass(of_rows)) =
        (&applied.rows.labels, &evaluation)
    {
        let predictions = &applied.predictions;
        let confusion = ConfusionMatrix::count(labels, predictions.classes(), classes.len());
        let pair = |pair: &Confused| ConfusedPair {
            label: classes[pair.label].clone(),
            prediction: classes[pair.prediction].clone(),
            rows: pair.rows,
            share: pair.rows as f64 / of_rows.classes[pair.label].support as f64,
        };
        most_confused = confusion.most_confused(request.top_confused).iter().map(pair).collect();
        if request.worst > 0 {
            let paths = applied.cache.paths()?;
            let image = |row: &WorstRow| WorstImage {
                path: shown(&paths[applied.rows.indices[row.position]]).into_owned(),
                label: classes[row.label].clone(),
                prediction: classes[row.prediction].clone(),
                probability: row.probability,
                margin: row.margin,
            };
            worst = worst_rows(predictions, labels, request.worst).iter().map(image).collect();
        }
    }
    Ok(EvaluateReport {
        head: request.head.display().to_string(),
        cache: applied.cache.path().display().to_string(),
        split: applied.split,
        evaluation,
        most_confused,
        worst,
        rows: applied.chosen,
    })
}

/// A head, and what it says of labelled rows of a cache.
pub struct Applied {
    /// The head.
    pub head: SavedHead,
    /// The cache, open.
    pub cache: Cache,
    /// The part that the rows are of.
    pub split: Part,
    /// The rows, with what they are labelled with.
    pub rows: Rows,
    /// What the head says of each row.
    pub predictions: Predictions,
    /// What was left out.
    pub chosen: ChosenRows,
}

impl Applied {
    /// The classes of the head.
    pub fn classes(&self) -> &[String] {
        &self.head.description.origin.classes
    }

    /// How good the predictions are, with intervals where they are asked for.
    pub fn evaluation(&self, bootstrap: Option<Bootstrap>) -> Evaluation {
        Evaluation::of(&self.predictions, self.rows.labels.truth(), self.classes(), bootstrap)
    }

    /// The same for those rows alone whose number in the cache is in `rows`, in the order of the cache.
    #[must_use]
    pub fn only(self, rows: &BTreeSet<usize>) -> Self {
        let is_in = |position: &usize| rows.contains(&self.rows.indices[*position]);
        let positions: Vec<usize> = (0..self.rows.len()).filter(is_in).collect();
        let (rows, predictions) = (self.rows.at(&positions), self.predictions.at(&positions));
        Self { rows, predictions, ..self }
    }
}

/// Applies a head to the labelled rows that a request names. Its details and its intervals are left to the caller.
///
/// # Errors
/// [`ApplyError`].
pub fn apply_to(request: &EvaluateRequest) -> Result<Applied, ApplyError> {
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let head = head_for(&request.head, &cache, request.engines)?;
    let (samples, chosen) = Samples::chosen(&cache, &request.rows)
        .map_err(|source| ApplyError::Choice { cache: request.cache.clone(), source })?;
    check_head_labels((&request.head, &head), (&cache, samples.label_kind()))?;
    if request.worst > 0 && !samples.label_kind().is_one_class() {
        return Err(ApplyError::WorstOfMultiLabel);
    }
    let split = part_or_default(request.split, &samples);
    let rows = samples
        .select(split, &head.description.origin.classes)
        .map_err(|source| ApplyError::Rows { cache: request.cache.clone(), source })?;
    let tap = features_for((&request.head, &head), &cache)?;
    tap.check_finite(&rows.indices)?;
    let (features, indices) = (tap.view(), &rows.indices);
    let predictions = predictions_of((&request.head, &head), &cache, features, indices)?;
    Ok(Applied { head, cache, split, rows, predictions, chosen })
}
