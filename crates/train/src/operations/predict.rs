//! What a head says of every row of a cache.

use std::path::PathBuf;

use feature_cache::{Cache, Checksums};
use head::{Engines, LabelKind};
use metrics::Predictions;
use ndarray::ArrayView1;
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
    /// Class names, in the order of the scores.
    pub classes: Vec<String>,
    /// What the scores are.
    pub kind: ScoreKind,
    /// A prediction for each row of the cache, in its order.
    pub predictions: Vec<Prediction>,
}

/// What the numbers of a prediction are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreKind {
    /// Probabilities, which sum to 1.
    Probability,
    /// Margins: the sign says in or out, the size says nothing absolute.
    Score,
}

/// One row's prediction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Path of the image, relative to the image root, as it is on disk
    /// ([`shown`](schema::encoded_path::shown)).
    pub path: String,
    /// What is predicted.
    pub prediction: Predicted,
    /// One number for each class.
    pub scores: Vec<f32>,
}

/// What is predicted for a row. In JSON a text, or a list of texts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Predicted {
    /// Its class.
    Class(String),
    /// Of several labels those of positive score; possibly none.
    Labels(Vec<String>),
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
/// use train::{Predicted, PredictRequest, predict};
///
/// let report = predict(&PredictRequest::new(head, birds))?;
/// assert_eq!(report.predictions[0].prediction, Predicted::Class("owl".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn predict(request: &PredictRequest) -> Result<PredictReport, ApplyError> {
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let head = head_for(&request.head, &cache, request.engines)?;
    let tap = features_for((&request.head, &head), &cache)?;
    let rows: Vec<usize> = (0..cache.n_samples()).collect();
    tap.check_finite(&rows)?;
    let predictions = predictions_of((&request.head, &head), &cache, tap.view(), &rows)?;
    let origin = head.description.origin;
    let (kind, predictions) = named(&origin.classes, origin.labels, cache.paths()?, &predictions);
    Ok(PredictReport {
        head: request.head.display().to_string(),
        cache: cache.path().display().to_string(),
        classes: origin.classes,
        kind,
        predictions,
    })
}

/// Predictions for the images at `paths`: probabilities where there are any, else scores; the class of
/// the highest, or all classes of positive score where rows have several `labels`.
fn named(
    classes: &[String],
    labels: LabelKind,
    paths: Vec<String>,
    predictions: &Predictions,
) -> (ScoreKind, Vec<Prediction>) {
    let (kind, scores) = match predictions.probabilities() {
        Some(probabilities) => {
            (ScoreKind::Probability, probabilities.mapv(|probability| probability as f32))
        }
        None => (ScoreKind::Score, predictions.scores().to_owned()),
    };
    let positive = |scores: ArrayView1<'_, f32>| {
        let positive = scores.into_iter().zip(classes).filter(|(score, _)| **score > 0.0);
        positive.map(|(_, class)| class.clone()).collect()
    };
    let prediction = |((path, &class), scores): ((String, &usize), ArrayView1<'_, f32>)| {
        let prediction = match labels {
            LabelKind::OneClass => Predicted::Class(classes[class].clone()),
            LabelKind::MultiLabel => Predicted::Labels(positive(scores)),
        };
        Prediction { path: shown(&path).into_owned(), prediction, scores: scores.to_vec() }
    };
    let rows = paths.into_iter().zip(predictions.classes()).zip(scores.rows());
    (kind, rows.map(prediction).collect())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn several_labels_are_those_of_positive_score() {
        let classes = ["cat", "dog"].map(str::to_owned);
        let paths = vec!["a%25.png".to_owned(), "b.png".to_owned()];
        let scores = Predictions::by_score(array![[0.5, 0.25], [-1.0, 0.0]], None);
        let (kind, rows) = named(&classes, LabelKind::MultiLabel, paths.clone(), &scores);
        assert_eq!(kind, ScoreKind::Score);
        assert_eq!(rows[0].path, "a%.png");
        assert_eq!(rows[0].prediction, Predicted::Labels(classes.to_vec()));
        assert_eq!(rows[1].prediction, Predicted::Labels(Vec::new()));
        let (_, rows) = named(&classes, LabelKind::OneClass, paths, &scores);
        assert_eq!(rows[1].prediction, Predicted::Class("dog".to_owned()));
    }
}
