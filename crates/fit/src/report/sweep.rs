//! What `fit sweep` says and writes.

use feature_cache::Provenance;
use head::{Calibration, Candidate, Parameter, ParameterKind, Report, Settings, Steps, Training};
use metrics::Evaluation;
use serde::Serialize;

use super::head_evaluation::summary;
use super::table::{percent, table};
use super::{Stamp, csv};
use crate::sweep::{Configuration, MeanQuality, Selection, Standing, SweepPlan, Winner};

/// The document of `fit sweep`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// What was swept.
    #[serde(flatten)]
    pub subject: SweepSubject,
    /// All candidates, best first.
    pub leaderboard: Vec<Standing>,
    /// The chosen candidate of each head and loss, refitted.
    pub winners: Vec<WinnerDocument>,
    /// Fit time in seconds for each row of the leaderboard, over all folds and seeds. Only on
    /// standard output: files of equal sweeps are equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_seconds: Option<Vec<f64>>,
}

/// What a sweep is about: all that is known before the first fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepSubject {
    /// Program and arguments.
    pub command: Vec<String>,
    /// Class names.
    pub classes: Vec<String>,
    /// What made the features, with the taps that were swept.
    pub provenance: Provenance,
    /// Digest of the samples, their labels and splits.
    pub samples: String,
    /// The rows that winners are trained on.
    pub training: Training,
    /// Settings; their seed is the first of `seeds`.
    pub settings: Settings,
    /// Transforms.
    pub transforms: Vec<Steps>,
    /// How candidates are scored.
    pub scoring: Scoring,
    /// Seed of each division.
    pub seeds: Vec<u64>,
    /// What groups rows, besides the content of their images.
    pub group_by: Option<String>,
    /// How the candidates that are refitted are chosen.
    pub selection: Selection,
}

/// What the scores on the leaderboard are means over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// The cache's own validation split.
    ValidationSplit,
    /// So many stratified folds.
    Folds(usize),
}

/// A winner, without its numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WinnerDocument {
    /// The configuration.
    #[serde(flatten)]
    pub configuration: Configuration,
    /// Its parameter.
    #[serde(flatten)]
    pub parameter: Parameter,
    /// The name that its head has in an output folder.
    pub file: String,
    /// How the refit went.
    pub report: Report,
    /// What makes probabilities of its scores, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// OneClassEvaluation on the rows held out or in the test split, when there are any.
    pub held_out: Option<Evaluation>,
}

/// The leaderboard alone, as `leaderboard.json` holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeaderboardDocument<'a> {
    #[serde(flatten)]
    stamp: Stamp,
    leaderboard: &'a [Standing],
}

impl Scoring {
    /// How `plan` scores.
    pub fn of(plan: &SweepPlan) -> Self {
        if plan.fixed_split { Self::ValidationSplit } else { Self::Folds(plan.n_folds()) }
    }

    /// `by 5-fold cross-validation`, with a number of seeds when there are several.
    pub(super) fn text(self, n_seeds: usize) -> String {
        let seeds = if n_seeds == 1 { String::new() } else { format!(" with {n_seeds} seeds") };
        match self {
            Self::ValidationSplit => format!("on the validation split{seeds}"),
            Self::Folds(n_folds) => format!("by {n_folds}-fold cross-validation{seeds}"),
        }
    }
}

impl WinnerDocument {
    /// The document of `winner`.
    pub fn new(winner: &Winner) -> Self {
        let Winner { configuration, parameter, record, calibration, held_out, .. } = winner;
        Self {
            configuration: configuration.clone(),
            parameter: *parameter,
            file: format!("{}.safetensors", configuration.family.file_stem()),
            report: record.report.into(),
            calibration: calibration.clone(),
            held_out: held_out.clone(),
        }
    }
}

impl<'a> LeaderboardDocument<'a> {
    /// The document of `leaderboard`.
    pub fn new(leaderboard: &'a [Standing]) -> Self {
        Self { stamp: Stamp::of_version("offshelf-leaderboard", 2), leaderboard }
    }
}

impl SweepDocument {
    /// The document of a sweep, without times.
    pub fn new(
        subject: SweepSubject,
        leaderboard: Vec<Standing>,
        winners: Vec<WinnerDocument>,
    ) -> Self {
        let stamp = Stamp::of_version("offshelf-sweep", 2);
        Self { stamp, subject, leaderboard, winners, fit_seconds: None }
    }

    /// The same document with the times of the fits.
    pub fn with_times(mut self) -> Self {
        self.fit_seconds = Some(self.leaderboard.iter().map(|s| s.fit_seconds).collect());
        self
    }

    /// The document as text: how it was scored, the leaderboard, and the winners.
    pub fn text(&self) -> String {
        let SweepSubject { classes, training, scoring, seeds, selection, .. } = &self.subject;
        let mut text = format!(
            "{} rows of {} classes, scored {}\n\n{}\n",
            training.n_samples,
            classes.len(),
            scoring.text(seeds.len()),
            leaderboard_table(&self.leaderboard),
        );
        text += match selection {
            Selection::Best => "* best of its head and loss, refitted on all these rows\n",
            Selection::OneStandardError => {
                "* simplest within one standard error of the best of its head and loss, refitted \
                 on all these rows\n"
            }
        };
        if ranks_precision(&self.leaderboard) {
            text += "mAP: mean over classes of the average precision, without interpolation\n";
        }
        for WinnerDocument { configuration, parameter, calibration, held_out, .. } in &self.winners
        {
            text += &format!("\n{configuration}, {parameter}\n");
            if let Some(calibration) = calibration {
                text += &format!("  calibrated: {calibration}\n");
            }
            if let Some(evaluation) = held_out {
                text += &format!("  held out: {}\n", summary(evaluation));
            }
        }
        text
    }

    /// The candidates some fit of which did not converge, each once.
    pub fn unconverged(&self) -> Vec<Candidate> {
        let scored = self.leaderboard.iter().map(|s| (&s.configuration, s.parameter, s.converged));
        let winners = self.winners.iter();
        let refitted = winners.map(|w| (&w.configuration, w.parameter, w.report.converged));
        let mut unconverged = Vec::new();
        for (configuration, parameter, converged) in scored.chain(refitted) {
            let candidate = Candidate { family: configuration.family.clone(), parameter };
            if !converged && !unconverged.contains(&candidate) {
                unconverged.push(candidate);
            }
        }
        unconverged
    }
}

/// Whether places are those of mean average precisions, of rows with several labels, and not of accuracies.
fn ranks_precision(leaderboard: &[Standing]) -> bool {
    leaderboard.iter().any(|place| matches!(place.quality, MeanQuality::MultiLabel { .. }))
}

fn leaderboard_table(leaderboard: &[Standing]) -> String {
    let rows = leaderboard.iter().map(|standing| {
        let Configuration { tap, transform, family } = &standing.configuration;
        vec![
            if standing.refitted { "*" } else { "" }.to_owned(),
            tap.clone(),
            transform.to_string(),
            family.head().to_owned(),
            family.layers().map_or(family.loss().to_owned(), ToString::to_string),
            standing.parameter.short(),
            percent(standing.quality.mean()),
            percent(standing.quality.spread()),
            percent(standing.quality.standard_error()),
            standing.quality.mean_class_accuracy().map(percent).unwrap_or_default(),
            format!("{:.2}", standing.fit_seconds),
            if standing.converged { "" } else { "not converged" }.to_owned(),
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

/// The leaderboard as CSV, shares as fractions. A candidate has one of `c`, `n_neighbors` and
/// `learning_rate`; a network has `layers`. Where rows have several labels, the mean average precision
/// takes the place of the accuracy.
pub fn leaderboard_csv(leaderboard: &[Standing]) -> String {
    let quality = if ranks_precision(leaderboard) {
        "mean_average_precision,std_average_precision,standard_error"
    } else {
        "mean_accuracy,std_accuracy,standard_error,mean_class_accuracy"
    };
    let header = format!(
        "tap,transform,head,loss,c,{quality},n_fits,converged,best,refitted,n_neighbors,\
         learning_rate,layers"
    );
    let mut text = csv::line(header.split(','));
    for standing in leaderboard {
        let Configuration { tap, transform, family } = &standing.configuration;
        let of_kind = |kind| match standing.parameter {
            parameter if parameter.kind() != kind => String::new(),
            Parameter::C(value) | Parameter::LearningRate(value) => value.to_string(),
            Parameter::Neighbors(value) => value.to_string(),
        };
        let named = [
            tap.clone(),
            transform.to_string(),
            family.head().to_owned(),
            family.loss().to_owned(),
            of_kind(ParameterKind::C),
        ];
        let quality = &standing.quality;
        let numbers = [quality.mean(), quality.spread(), quality.standard_error()].into_iter();
        let numbers = numbers.chain(quality.mean_class_accuracy()).map(|number| number.to_string());
        let others = [
            standing.n_fits.to_string(),
            standing.converged.to_string(),
            standing.best.to_string(),
            standing.refitted.to_string(),
            of_kind(ParameterKind::Neighbors),
            of_kind(ParameterKind::LearningRate),
            family.layers().map(ToString::to_string).unwrap_or_default(),
        ];
        text += &csv::line(named.into_iter().chain(numbers).chain(others));
    }
    text
}
