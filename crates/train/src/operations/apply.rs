//! Heads on caches: what evaluation, prediction and comparison begin with.

use std::path::{Path, PathBuf};

use feature_cache::{Cache, OpenError, ReadError};
use head::{
    Engines, LabelKind, LoadError, Part, ProvenanceMismatch, SavedHead, check_provenance, load,
};
use metrics::{Predictions, ResamplesError};
use ndarray::ArrayView2;
use schema::encoded_path::shown;

use crate::row_choice::RowChoiceError;
use crate::samples::{RowsError, Samples};
use crate::tap_features::{TapError, TapFeatures};

/// Why a head cannot be applied to a cache.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The cache cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The head cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The cache holds other features than those that the head was trained on.
    #[error("`{}` does not suit the head", cache.display())]
    Provenance {
        /// The cache.
        cache: PathBuf,
        /// What differs.
        source: ProvenanceMismatch,
    },
    /// The head was trained on labels of another kind.
    #[error(
        "`{}` was trained on images of {}, and those of `{}` have {}",
        head.display(),
        in_words(*trained_on),
        cache.display(),
        in_words(*found)
    )]
    Labels {
        /// The head.
        head: PathBuf,
        /// What it was trained on.
        trained_on: LabelKind,
        /// The cache.
        cache: PathBuf,
        /// What its images have.
        found: LabelKind,
    },
    /// The rows asked for cannot be evaluated.
    #[error("cannot evaluate on `{}`", cache.display())]
    Rows {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: RowsError,
    },
    /// The cache has not the classes that are asked for.
    #[error("cannot evaluate on `{}`", cache.display())]
    Choice {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: RowChoiceError,
    },
    /// One of the heads compared cannot be applied.
    #[error("cannot apply `{}`", head.display())]
    Head {
        /// The head.
        head: PathBuf,
        /// Why.
        source: RightRowsError,
    },
    /// The features cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// The features are as many as another head takes.
    #[error(
        "head `{}` takes rows of {expected} features, and those of tap `{tap}` of `{}` have {found}",
        head.display(),
        cache.display()
    )]
    Width {
        /// The head.
        head: PathBuf,
        /// The cache.
        cache: PathBuf,
        /// The tap.
        tap: String,
        /// Features that the head takes.
        expected: usize,
        /// Features of a row.
        found: usize,
    },
    /// What the head says of an image is no number, or infinite.
    #[error("what head `{}` says of image `{image}` is not a finite number", head.display())]
    NotANumber {
        /// The head.
        head: PathBuf,
        /// Path of the image, as the cache has it.
        image: String,
        /// Whether the head was trained on rows of unit length.
        has_unit_rows: bool,
    },
    /// There is no such bootstrap.
    #[error(transparent)]
    Resamples(#[from] ResamplesError),
    /// The worst rows are asked for of a multilabel cache.
    #[error("the worst rows are those of images of one class each")]
    WorstOfMultiLabel,
    /// Heads are to be compared on a multilabel cache.
    #[error(
        "`{}` has images of several labels each, and this test is for one class an image",
        .0.display()
    )]
    CompareMultiLabel(PathBuf),
}

/// Why it is not known which rows a head gets right.
#[derive(Debug, thiserror::Error)]
pub enum RightRowsError {
    /// The rows asked for are not there, or of other classes.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// The features cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
}

fn in_words(labels: LabelKind) -> &'static str {
    match labels {
        LabelKind::OneClass => "one class each",
        LabelKind::MultiLabel => "several labels each",
    }
}

/// Reads the head at `path`, and refuses it when `cache` does not hold its features.
pub(super) fn head_for(
    path: &Path,
    cache: &Cache,
    engines: Engines,
) -> Result<SavedHead, ApplyError> {
    let head = load(path)?;
    check_provenance(&head.description.origin.provenance, cache.provenance(), engines)
        .map_err(|source| ApplyError::Provenance { cache: cache.path().to_owned(), source })?;
    Ok(head)
}

/// The features that a head takes: it may say that they are of another number.
pub(super) fn features_for(
    (path, head): (&Path, &SavedHead),
    cache: &Cache,
) -> Result<TapFeatures, ApplyError> {
    let origin = &head.description.origin;
    let tap = TapFeatures::open(cache, Some(&origin.provenance.tap), origin.settings.views)?;
    let (expected, found) = (head.pipeline.n_features(), tap.view().ncols());
    if expected == found {
        return Ok(tap);
    }
    let (head, cache, tap) = (path.to_owned(), cache.path().to_owned(), tap.name().to_owned());
    Err(ApplyError::Width { head, cache, tap, expected, found })
}

/// What a head says of finite `features` of the samples `rows` of `cache`: finite numbers only. Large features and
/// large weights may overflow.
pub(super) fn predictions_of(
    (path, head): (&Path, &SavedHead),
    cache: &Cache,
    features: ArrayView2<'_, f32>,
    rows: &[usize],
) -> Result<Predictions, ApplyError> {
    let predictions = head.predict(features, rows);
    match predictions.first_not_finite() {
        None => Ok(predictions),
        Some(position) => {
            let image = shown(&cache.paths()?[rows[position]]).into_owned();
            let has_unit_rows = head.description.transform.has_unit_rows();
            Err(ApplyError::NotANumber { head: path.to_owned(), image, has_unit_rows })
        }
    }
}

/// Refuses labels of another kind than those that `head` was trained on.
pub(super) fn check_head_labels(
    (path, head): (&Path, &SavedHead),
    (cache, found): (&Cache, LabelKind),
) -> Result<(), ApplyError> {
    let trained_on = head.description.origin.labels;
    if found == trained_on {
        return Ok(());
    }
    let (head, cache) = (path.to_owned(), cache.path().to_owned());
    Err(ApplyError::Labels { head, trained_on, cache, found })
}

/// The rows to evaluate on where none are named: the test split where there is one, else all.
pub(super) fn part_or_default(asked: Option<Part>, samples: &Samples<'_>) -> Part {
    asked.unwrap_or(if samples.has(Part::Test) { Part::Test } else { Part::All })
}
