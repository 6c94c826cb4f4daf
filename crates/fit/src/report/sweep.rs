//! What `fit sweep` says and writes.

use serde::Serialize;

use super::metrics::summary;
use super::table::{percent, table};
use super::{Stamp, csv};
use crate::evaluation::Evaluation;
use crate::head_file::{Origin, Report};
use crate::solver::Candidate;
use crate::sweep::{Standing, Winner};
use crate::transform::Steps;

/// The document of `fit sweep`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// Program and arguments.
    pub command: Vec<String>,
    /// What was swept.
    #[serde(flatten)]
    pub origin: Origin,
    /// Transform.
    pub transform: Steps,
    /// How candidates were scored.
    pub scoring: Scoring,
    /// All candidates, best first.
    pub leaderboard: Vec<Standing>,
    /// The best of each family, refitted.
    pub winners: Vec<WinnerDocument>,
    /// Fit time in seconds for each row of the leaderboard, over all folds. Only on standard
    /// output: files of equal sweeps are equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_seconds: Option<Vec<f64>>,
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
    /// The candidate.
    #[serde(flatten)]
    pub candidate: Candidate,
    /// The name that its head has in an output folder.
    pub file: String,
    /// How the refit went.
    pub report: Report,
    /// Evaluation on the rows held out or in the test split, when there are any.
    pub held_out: Option<Evaluation>,
}

/// The leaderboard alone, as `leaderboard.json` holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeaderboardDocument<'a> {
    #[serde(flatten)]
    stamp: Stamp,
    leaderboard: &'a [Standing],
}

impl WinnerDocument {
    /// The document of `winner`.
    pub fn new(winner: &Winner) -> Self {
        let Winner { candidate, report, held_out, .. } = winner;
        let file = format!("{}.safetensors", candidate.family.file_stem());
        let (report, held_out) = ((*report).into(), held_out.clone());
        Self { candidate: *candidate, file, report, held_out }
    }
}

impl<'a> LeaderboardDocument<'a> {
    /// The document of `leaderboard`.
    pub fn new(leaderboard: &'a [Standing]) -> Self {
        Self { stamp: Stamp::new("offshelf-leaderboard"), leaderboard }
    }
}

impl SweepDocument {
    /// The document of a sweep, without times.
    pub fn new(
        command: Vec<String>,
        origin: Origin,
        transform: Steps,
        scoring: Scoring,
        leaderboard: Vec<Standing>,
        winners: Vec<WinnerDocument>,
    ) -> Self {
        let stamp = Stamp::new("offshelf-sweep");
        Self { stamp, command, origin, transform, scoring, leaderboard, winners, fit_seconds: None }
    }

    /// The same document with the times of the fits.
    pub fn with_times(mut self) -> Self {
        self.fit_seconds = Some(self.leaderboard.iter().map(|s| s.fit_seconds).collect());
        self
    }

    /// The document as text: how it was scored, the leaderboard, and the winners.
    pub fn text(&self) -> String {
        let Origin { classes, provenance, training, .. } = &self.origin;
        let scoring = match self.scoring {
            Scoring::ValidationSplit => "on the validation split".to_owned(),
            Scoring::Folds(n_folds) => format!("by {n_folds}-fold cross-validation"),
        };
        let mut text = format!(
            "{} rows of {} classes, {} (transform: {}), scored {scoring}\n\n{}\n",
            training.n_samples,
            classes.len(),
            provenance.tap,
            self.transform,
            leaderboard_table(&self.leaderboard),
        );
        text += "* best of its head and loss, refitted on all these rows\n";
        for WinnerDocument { candidate: Candidate { family, c }, held_out, .. } in &self.winners {
            text += &format!("\n{family}, C = {c}\n");
            if let Some(evaluation) = held_out {
                text += &format!("  held out: {}\n", summary(evaluation));
            }
        }
        text
    }

    /// The candidates some fit of which did not converge, each once.
    pub fn unconverged(&self) -> Vec<Candidate> {
        let scored = self.leaderboard.iter().map(|s| (s.candidate, s.converged));
        let refitted = self.winners.iter().map(|w| (w.candidate, w.report.converged));
        let mut unconverged = Vec::new();
        for (candidate, converged) in scored.chain(refitted) {
            if !converged && !unconverged.contains(&candidate) {
                unconverged.push(candidate);
            }
        }
        unconverged
    }
}

fn leaderboard_table(leaderboard: &[Standing]) -> String {
    let rows = leaderboard.iter().map(|standing| {
        vec![
            if standing.best { "*" } else { "" }.to_owned(),
            standing.candidate.family.head().to_owned(),
            standing.candidate.family.loss().to_owned(),
            four_digits(standing.candidate.c),
            percent(standing.mean_accuracy),
            percent(standing.std_accuracy),
            percent(standing.mean_class_accuracy),
            format!("{:.2}", standing.fit_seconds),
            if standing.converged { "" } else { "not converged" }.to_owned(),
        ]
    });
    let header = ["", "head", "loss", "C", "accuracy", "spread", "per-class", "fit seconds", ""];
    table(&header, 3, rows.collect())
}

/// C as the table shows it; the winners' lines, JSON and CSV have it exactly.
fn four_digits(c: f64) -> String {
    let rounded: f64 = format!("{c:.3e}").parse().expect("a printed f64 parses");
    rounded.to_string()
}

/// The leaderboard as CSV, shares as fractions.
pub fn leaderboard_csv(leaderboard: &[Standing]) -> String {
    let header =
        "head,loss,c,mean_accuracy,std_accuracy,mean_class_accuracy,converged,best".split(',');
    let mut text = csv::line(header);
    for standing in leaderboard {
        text += &csv::line([
            standing.candidate.family.head().to_owned(),
            standing.candidate.family.loss().to_owned(),
            standing.candidate.c.to_string(),
            standing.mean_accuracy.to_string(),
            standing.std_accuracy.to_string(),
            standing.mean_class_accuracy.to_string(),
            standing.converged.to_string(),
            standing.best.to_string(),
        ]);
    }
    text
}
