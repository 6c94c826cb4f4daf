//! Two heads on the same rows.

use std::path::{Path, PathBuf};

use feature_cache::{Cache, Checksums};
use head::{Engines, Part, SavedHead};
use metrics::{McNemar, mcnemar};
use serde::{Deserialize, Serialize};

use super::apply::{
    ApplyError, RightRowsError, check_head_labels, features_for, head_for, part_or_default,
    predictions_of,
};
use crate::samples::Samples;

/// Two heads to compare. Each may read a tap of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareRequest {
    /// The head files.
    pub heads: [PathBuf; 2],
    /// The feature cache.
    pub cache: PathBuf,
    /// Whose features are taken.
    #[serde(default)]
    pub engines: Engines,
    /// The labelled rows to compare on; when absent the test split where the cache has one, else all.
    #[serde(default)]
    pub split: Option<Part>,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// How two heads differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompareReport {
    /// The cache.
    pub cache: String,
    /// The rows compared on.
    pub split: Part,
    /// Number of rows.
    pub n_samples: usize,
    /// Both heads, in the order given.
    pub heads: [ComparedHead; 2],
    /// Rows that both get right.
    pub both: u64,
    /// Rows that neither gets right.
    pub neither: u64,
    /// McNemar's test.
    #[serde(flatten)]
    pub mcnemar: McNemar,
}

/// One of two heads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedHead {
    /// The head file.
    pub head: String,
    /// Share of the rows that it gets right.
    pub accuracy: f64,
}

impl CompareRequest {
    /// The comparison of two `heads` on the test rows of `cache`, or on all where none are set aside.
    pub fn new(heads: [PathBuf; 2], cache: impl Into<PathBuf>) -> Self {
        Self {
            heads,
            cache: cache.into(),
            engines: Engines::default(),
            split: None,
            checksums: Checksums::default(),
        }
    }
}

impl CompareReport {
    /// The report of two heads, given which rows of `split` in `cache` each gets right; at least one
    /// row, and as many for both.
    fn new(cache: String, split: Part, heads: [String; 2], is_right: &[Vec<bool>; 2]) -> Self {
        let rows = || is_right[0].iter().zip(&is_right[1]);
        let count = |of| rows().filter(|&(&first, &second)| (first, second) == of).count() as u64;
        let n_samples = is_right[0].len();
        let [first, second] = heads;
        let compared = |head, is_right: &[bool]| {
            let n_right = is_right.iter().filter(|is_right| **is_right).count();
            ComparedHead { head, accuracy: n_right as f64 / n_samples as f64 }
        };
        Self {
            cache,
            split,
            n_samples,
            heads: [compared(first, &is_right[0]), compared(second, &is_right[1])],
            both: count((true, true)),
            neither: count((false, false)),
            mcnemar: mcnemar(count((true, false)), count((false, true))),
        }
    }
}

/// Tests whether two heads differ on the same rows.
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
/// use train::{CompareRequest, compare};
///
/// let report = compare(&CompareRequest::new([head.clone(), head], birds))?;
/// assert_eq!((report.both, report.mcnemar.p_value), (40, 1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare(request: &CompareRequest) -> Result<CompareReport, ApplyError> {
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let samples = Samples::of(&cache)?;
    if !samples.label_kind().is_one_class() {
        return Err(ApplyError::CompareMultiLabel(request.cache.clone()));
    }
    let split = part_or_default(request.split, &samples);
    let compare = |path: &Path| {
        let head = head_for(path, &cache, request.engines)?;
        check_head_labels((path, &head), (&cache, samples.label_kind()))?;
        right_rows((path, &head), &cache, &samples, split)
    };
    let [first, second] = &request.heads;
    let is_right = [compare(first)?, compare(second)?];
    let heads = [first, second].map(|path| path.display().to_string());
    Ok(CompareReport::new(cache.path().display().to_string(), split, heads, &is_right))
}

/// For each row of `split`, whether `head` predicts its class.
fn right_rows(
    (path, head): (&Path, &SavedHead),
    cache: &Cache,
    samples: &Samples<'_>,
    split: Part,
) -> Result<Vec<bool>, ApplyError> {
    let refused = |source: RightRowsError| ApplyError::Head { head: path.to_owned(), source };
    let rows = samples.select(split, &head.description.origin.classes);
    let rows = rows.map_err(|error| refused(error.into()))?;
    let tap = features_for((path, head), cache).map_err(|error| match error {
        ApplyError::Tap(error) => refused(error.into()),
        error => error,
    })?;
    let examples = tap.examples(rows).map_err(|error| refused(error.into()))?;
    let rows = &examples.rows.indices;
    let predictions = predictions_of((path, head), cache, examples.features, rows)?;
    let rows = examples.rows.labels.classes().iter().zip(predictions.classes());
    Ok(rows.map(|(label, prediction)| label == prediction).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_who_gets_them_right() {
        let is_right =
            [vec![true, true, false, true, false], vec![true, false, true, false, false]];
        let heads = ["a".to_owned(), "b".to_owned()];
        let report = CompareReport::new("c.h5".into(), Part::All, heads, &is_right);
        let McNemar { only_first, only_second, p_value, .. } = report.mcnemar;
        assert_eq!((report.both, only_first, only_second, report.neither), (1, 2, 1, 1));
        assert_eq!(report.heads.each_ref().map(|head| head.accuracy), [0.6, 0.4]);
        assert_eq!(p_value, 1.0);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!((&json["test"], &json["only_first"]), (&"exact_binomial".into(), &2.into()));
    }
}
