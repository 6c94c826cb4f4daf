//! The same head on every tap of a cache, by depth.

use std::path::PathBuf;
use std::slice;
use std::sync::atomic::AtomicBool;

use feature_cache::{Cache, Checksums};
use head::{CombineViews, HeadSpec, Settings, Steps};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::planned::{distinct, planned};
use super::sweep::{make_fits, unconverged};
use crate::row_choice::{ChosenRows, RowChoice};
use crate::sweep::{
    DivisionRequest, Entry, FitLog, MeanQuality, Scoring, Selection, Sweep, SweepError, leaderboard,
};

/// A kind of head to try on every tap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayersRequest {
    /// The feature cache.
    pub cache: PathBuf,
    /// Heads of one kind, at least one: a tap takes the one that suits it best.
    pub candidates: Vec<HeadSpec>,
    /// The transform; rows of unit length (`l2`) when absent.
    #[serde(default = "Steps::unit_rows")]
    pub transform: Steps,
    /// What decides a fit besides these.
    #[serde(default)]
    pub settings: Settings,
    /// How rows are divided to score taps.
    #[serde(default)]
    pub division: DivisionRequest,
    /// Which classes and rows take part.
    #[serde(default)]
    pub rows: RowChoice,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// How a head does on each tap.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayersReport {
    /// The cache.
    pub cache: String,
    /// The kind of head; its number counts for nothing.
    #[serde(flatten, serialize_with = "HeadSpec::serialize_kind")]
    pub kind: HeadSpec,
    /// Transform.
    pub transform: Steps,
    /// How taps are scored.
    pub scoring: Scoring,
    /// Rows scored on.
    pub n_samples: usize,
    /// What was left out.
    pub rows: ChosenRows,
    /// Taps from the input of the network on.
    pub taps: Vec<TapEntry>,
    /// Number of divisions that scores are means over.
    #[serde(skip)]
    pub n_seeds: usize,
    /// The candidates some fit of which did not meet its tolerance.
    #[serde(skip)]
    pub unconverged: Vec<HeadSpec>,
}

/// How the head did on one tap, with the number that suits it best.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TapEntry {
    /// Tap, `layer:pooling`.
    pub tap: String,
    /// Features of a row.
    pub n_features: usize,
    /// The head with the number of the highest mean.
    #[serde(flatten, serialize_with = "HeadSpec::serialize_number")]
    pub spec: HeadSpec,
    /// Means over folds and seeds.
    #[serde(flatten)]
    pub quality: MeanQuality,
    /// Whether every fit on this tap met its tolerance.
    pub converged: bool,
    /// Whether this is the tap of the highest mean, the deepest of equals.
    pub best: bool,
}

impl LayersRequest {
    /// One head on all taps of `cache`, with the defaults for everything else.
    pub fn new(cache: impl Into<PathBuf>, spec: HeadSpec) -> Self {
        Self {
            cache: cache.into(),
            candidates: vec![spec],
            transform: Steps::unit_rows(),
            settings: Settings::default(),
            division: DivisionRequest::default(),
            rows: RowChoice::default(),
            checksums: Checksums::default(),
        }
    }
}

/// Scores one kind of head on every tap, as a sweep does. `None` when `stop` is raised before the last
/// fit is made.
///
/// # Errors
/// [`SweepError`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use std::sync::atomic::AtomicBool;
///
/// use head::HeadSpec;
/// use train::{LayersRequest, layers};
///
/// let spec = HeadSpec::Softmax { c: 1.0 };
/// let request = LayersRequest::new(birds, spec);
/// let report = layers(&request, &AtomicBool::new(false), &mut |_| {})?;
/// let taps = report.expect("nothing raises the flag").taps;
/// assert_eq!(taps[0].tap, "block5_pool:gap");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn layers(
    request: &LayersRequest,
    stop: &AtomicBool,
    on_event: &mut dyn FnMut(Event),
) -> Result<Option<LayersReport>, SweepError> {
    let LayersRequest { transform, settings, division, .. } = request;
    let candidates = distinct(request.candidates.iter().cloned());
    let kind = candidates.first().ok_or(SweepError::NoCandidates)?;
    if !candidates.iter().all(|spec| spec.is_same_kind(kind)) {
        return Err(SweepError::SeveralKinds);
    }
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let (plan, rows) = planned(&cache, &candidates, settings, (division, &request.rows), false)?;
    let names: Vec<_> = cache.taps().iter().map(|tap| tap.name.clone()).collect();
    let taps = by_depth(&names);
    let sweep = Sweep {
        cache: &cache,
        checksums: request.checksums,
        plan: &plan,
        taps: &taps,
        transforms: slice::from_ref(transform),
        candidates: &candidates,
        settings,
    };
    sweep.check_number()?;
    let mut log = FitLog::default();
    let counts = sweep.count(&log)?;
    if make_fits(sweep, &mut log, counts, stop, on_event)?.is_break() {
        return Ok(None);
    }
    let leaderboard = leaderboard(&sweep.scores(&log)?, plan.n_folds(), Selection::Best);

    let entries = leaderboard.iter().map(|entry| (&entry.configuration.spec, entry.converged));
    Ok(Some(LayersReport {
        cache: cache.path().display().to_string(),
        kind: kind.clone(),
        transform: transform.clone(),
        scoring: Scoring::of(&plan),
        n_samples: plan.divided.len(),
        rows,
        taps: entries_of_taps(&cache, &taps, &leaderboard, settings.views),
        n_seeds: plan.divisions.len(),
        unconverged: unconverged(entries),
    }))
}

/// The best entry of each of `taps`, every one of which is on the leaderboard.
fn entries_of_taps(
    cache: &Cache,
    taps: &[String],
    leaderboard: &[Entry],
    views: Option<CombineViews>,
) -> Vec<TapEntry> {
    let n_features = |name: &String| {
        let tap = cache.taps().iter().find(|tap| tap.name == *name);
        let n_stacked = |n_views| if views == Some(CombineViews::Stack) { n_views } else { 1 };
        tap.map_or(0, |tap| tap.n_features * n_stacked(tap.n_views))
    };
    let entry = |tap: &String| {
        let of_tap = || leaderboard.iter().filter(|entry| entry.configuration.tap == *tap);
        let best = of_tap().next().expect("every tap has a place on the leaderboard");
        TapEntry {
            tap: tap.clone(),
            n_features: n_features(tap),
            spec: best.configuration.spec.clone(),
            quality: best.quality,
            converged: of_tap().all(|entry| entry.converged),
            best: false,
        }
    };
    let mut entries: Vec<_> = taps.iter().map(entry).collect();
    let best = entries.iter_mut().max_by(|a, b| a.quality.mean().total_cmp(&b.quality.mean()));
    best.expect("a cache has a tap").best = true;
    entries
}

/// `taps` from the input of the network on.
///
/// A cache says in which order its taps were asked for, not how deep they lie. Layers named
/// `blockN_...`, as Keras does, tell; where some name does not, the order of the cache stays.
fn by_depth(taps: &[String]) -> Vec<String> {
    let mut taps = taps.to_vec();
    if taps.iter().all(|tap| block(tap).is_some()) {
        // A stable sort: poolings of one layer stay in the order of the cache.
        taps.sort_by_key(|tap| block(tap));
    }
    taps
}

fn block(tap: &str) -> Option<u32> {
    let (number, _) = tap.strip_prefix("block")?.split_once('_')?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_sorted_by_number_and_other_names_left_alone() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let asked =
            names(&["block5_pool:gap", "block10_add:gap", "block2_pool:max", "block2_pool:gap"]);
        let sorted = ["block2_pool:max", "block2_pool:gap", "block5_pool:gap", "block10_add:gap"];
        assert_eq!(by_depth(&asked), names(&sorted));
        let other = names(&["block5_pool:gap", "fc1:flatten", "block4_pool:gap"]);
        assert_eq!(by_depth(&other), other);
    }
}
