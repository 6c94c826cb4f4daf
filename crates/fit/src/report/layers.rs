//! What `fit layers` says.

use console::shown;
use train::{LayersReport, MeanQuality};

use super::leaderboard::scoring_text;
use super::rows;
use results::{percent, table};

/// What is known of the best tap before any is tried.
const RULE: &str = "\
rule: the deepest layers suit images like those that the network was trained on; the further a
domain is from them, the earlier the layer that suits it";

/// The report as text: accuracy by depth, and what to make of it.
pub(crate) fn text(report: &LayersReport) -> String {
    let rows = report.taps.iter().map(|tap| {
        vec![
            if tap.best { "*" } else { "" }.to_owned(),
            tap.tap.clone(),
            tap.n_features.to_string(),
            tap.spec.short_number_text(),
            percent(tap.quality.mean()),
            percent(tap.quality.spread()),
            percent(tap.quality.standard_error()),
            if tap.converged { "" } else { "not converged" }.to_owned(),
        ]
    });
    let mean = match report.taps.first().map(|tap| tap.quality) {
        Some(MeanQuality::MultiLabel { .. }) => "mAP",
        _ => "accuracy",
    };
    let header = ["", "tap", "features", "parameter", mean, "spread", "error", ""];
    let deepest = report.taps.len() - 1;
    let before = deepest - report.taps.iter().position(|tap| tap.best).unwrap_or(deepest);
    let place = match before {
        0 if deepest == 0 => "the only tap; `extract run --tap A --tap B` makes more".to_owned(),
        0 => "the deepest tap".to_owned(),
        1 => "the tap before the deepest".to_owned(),
        n => format!("{n} taps before the deepest"),
    };
    format!(
        "{} (transform: {}) on {} rows of {}, scored {}\n{}\n{}\n* best: {place}\n{RULE}\n",
        report.kind,
        report.transform,
        report.n_samples,
        shown(&report.cache),
        scoring_text(report.scoring, report.n_seeds),
        rows::text(&report.rows),
        table(&header, 2, rows.collect()),
    )
}
