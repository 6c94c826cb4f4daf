//! The leaderboard of a sweep as text and as CSV.

use console::Texts;
use head::Number;
use train::{Configuration, Entry, MeanQuality, Scoring};

use results::{Csv, percent, table};

/// `by 5-fold cross-validation`, with a number of seeds when there are several.
pub(super) fn scoring_text(scoring: Scoring, n_seeds: usize) -> String {
    let seeds = if n_seeds == 1 { String::new() } else { format!(" with {n_seeds} seeds") };
    match scoring {
        Scoring::ValidationSplit => format!("on the validation split{seeds}"),
        Scoring::Folds(n_folds) => format!("by {n_folds}-fold cross-validation{seeds}"),
    }
}

/// Whether entries have mean average precisions, of rows with several labels, and not accuracies.
pub(super) fn ranks_precision(leaderboard: &[Entry]) -> bool {
    leaderboard.iter().any(|entry| matches!(entry.quality, MeanQuality::MultiLabel { .. }))
}

pub(super) fn leaderboard_table(leaderboard: &[Entry]) -> String {
    let rows = leaderboard.iter().map(|entry| {
        let Configuration { tap, transform, spec } = &entry.configuration;
        vec![
            if entry.refitted { "*" } else { "" }.to_owned(),
            tap.clone(),
            transform.to_string(),
            spec.name().to_owned(),
            spec.layers().map_or(spec.loss().to_owned(), ToString::to_string),
            spec.short_number_text(),
            percent(entry.quality.mean()),
            percent(entry.quality.spread()),
            percent(entry.quality.standard_error()),
            entry.quality.mean_class_accuracy().map(percent).unwrap_or_default(),
            format!("{:.2}", entry.fit_seconds),
            if entry.converged { "" } else { "not converged" }.to_owned(),
        ]
    });
    let [mean, per_class] =
        if ranks_precision(leaderboard) { ["mAP", ""] } else { ["accuracy", "per-class"] };
    let header = [
        "",
        "tap",
        "transform",
        "head",
        "loss, layers",
        "parameter",
        mean,
        "spread",
        "error",
        per_class,
        "fit seconds",
        "",
    ];
    table(&header, 6, rows.collect())
}

/// The leaderboard as CSV, accuracies as fractions. A candidate has one of `c`, `n_neighbors` and
/// `learning_rate`; a network has `layers`. Where rows have several labels, the mean average precision
/// takes the place of the accuracy.
pub(super) fn leaderboard_csv(leaderboard: &[Entry], texts: Texts) -> String {
    let quality = if ranks_precision(leaderboard) {
        "mean_average_precision,std_average_precision,standard_error"
    } else {
        "mean_accuracy,std_accuracy,standard_error,mean_class_accuracy"
    };
    let header = format!(
        "tap,transform,head,loss,c,{quality},n_fits,converged,best,refitted,n_neighbors,\
         learning_rate,layers"
    );
    let mut csv = Csv::new(header.split(','));
    for entry in leaderboard {
        let Configuration { tap, transform, spec } = &entry.configuration;
        let none = String::new;
        let (c, n_neighbors, learning_rate) = match spec.number() {
            Number::C(c) => (c.to_string(), none(), none()),
            Number::Neighbors(count) => (none(), count.to_string(), none()),
            Number::LearningRate(rate) => (none(), none(), rate.to_string()),
        };
        let named = [
            texts.cell(tap).into_owned(),
            transform.to_string(),
            spec.name().to_owned(),
            spec.loss().to_owned(),
            c,
        ];
        let quality = &entry.quality;
        let numbers = [quality.mean(), quality.spread(), quality.standard_error()].into_iter();
        let numbers = numbers.chain(quality.mean_class_accuracy()).map(|number| number.to_string());
        let others = [
            entry.n_fits.to_string(),
            entry.converged.to_string(),
            entry.best.to_string(),
            entry.refitted.to_string(),
            n_neighbors,
            learning_rate,
            spec.layers().map(ToString::to_string).unwrap_or_default(),
        ];
        csv.line(named.into_iter().chain(numbers).chain(others));
    }
    csv.text()
}
