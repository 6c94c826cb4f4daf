//! What `fit layers` says.

use head::{Family, Parameter, Steps};
use serde::Serialize;

use super::table::{percent, table};
use super::{Scoring, Stamp};
use crate::sweep::{MeanQuality, Standing};

/// What is known of the best tap before any is tried.
const RULE: &str = "\
rule: the deepest layers suit images like those that the network was trained on; the further a
domain is from them, the earlier the layer that suits it";

/// The document of `fit layers`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayersDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// The cache.
    pub cache: String,
    /// Kind of head and loss.
    #[serde(flatten)]
    pub family: Family,
    /// Transform.
    pub transform: Steps,
    /// How taps are scored.
    pub scoring: Scoring,
    /// Rows scored on.
    pub n_samples: usize,
    /// Taps from the input of the network on.
    pub taps: Vec<TapStanding>,
}

/// How the head did on one tap, with the parameter that suits it best.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TapStanding {
    /// Tap, `layer:pooling`.
    pub tap: String,
    /// Features of a row.
    pub n_features: usize,
    /// The parameter of the highest mean.
    #[serde(flatten)]
    pub parameter: Parameter,
    /// Means over folds and seeds.
    #[serde(flatten)]
    pub quality: MeanQuality,
    /// Whether every fit on this tap met its tolerance.
    pub converged: bool,
    /// Whether this is the tap of the highest mean, the deepest of equals.
    pub best: bool,
}

impl LayersDocument {
    /// The document of a sweep of one kind of head: `taps` are those of the cache by depth, each with
    /// its number of features, and `leaderboard` has every one of them.
    pub fn new(
        cache: String,
        (family, transform): (Family, Steps),
        (scoring, n_samples): (Scoring, usize),
        taps: &[(String, usize)],
        leaderboard: &[Standing],
    ) -> Self {
        let standing = |(tap, n_features): &(String, usize)| {
            let of_tap = || leaderboard.iter().filter(|s| s.configuration.tap == *tap);
            let best = of_tap().next().expect("every tap has a place on the leaderboard");
            TapStanding {
                tap: tap.clone(),
                n_features: *n_features,
                parameter: best.parameter,
                quality: best.quality,
                converged: of_tap().all(|standing| standing.converged),
                best: false,
            }
        };
        let mut taps: Vec<_> = taps.iter().map(standing).collect();
        let best = taps.iter_mut().max_by(|a, b| a.quality.mean().total_cmp(&b.quality.mean()));
        best.expect("a cache has a tap").best = true;
        let stamp = Stamp::new("offshelf-layers");
        Self { stamp, cache, family, transform, scoring, n_samples, taps }
    }

    /// The document as text: accuracy by depth, and what to make of it.
    pub fn text(&self, n_seeds: usize) -> String {
        let rows = self.taps.iter().map(|tap| {
            vec![
                if tap.best { "*" } else { "" }.to_owned(),
                tap.tap.clone(),
                tap.n_features.to_string(),
                tap.parameter.short(),
                percent(tap.quality.mean()),
                percent(tap.quality.spread()),
                percent(tap.quality.standard_error()),
                if tap.converged { "" } else { "not converged" }.to_owned(),
            ]
        });
        let mean = match self.taps.first().map(|tap| tap.quality) {
            Some(MeanQuality::MultiLabel { .. }) => "mAP",
            _ => "accuracy",
        };
        let header = ["", "tap", "features", "parameter", mean, "spread", "error", ""];
        let deepest = self.taps.len() - 1;
        let before = deepest - self.taps.iter().position(|tap| tap.best).unwrap_or(deepest);
        let place = match before {
            0 if deepest == 0 => {
                "the only tap; `extract run --tap A --tap B` makes more".to_owned()
            }
            0 => "the deepest tap".to_owned(),
            1 => "the tap before the deepest".to_owned(),
            n => format!("{n} taps before the deepest"),
        };
        format!(
            "{} (transform: {}) on {} rows of {}, scored {}\n\n{}\n* best: {place}\n{RULE}\n",
            self.family,
            self.transform,
            self.n_samples,
            self.cache,
            self.scoring.text(n_seeds),
            table(&header, 2, rows.collect()),
        )
    }
}
