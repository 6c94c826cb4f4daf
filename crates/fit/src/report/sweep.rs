//! What `fit sweep` says.

use console::shown;
use head::Description;
use serde::Serialize;
use train::{Selection, SweepReport, Winner};

use super::document_of_version;
use super::head_evaluation::summary;
use super::leaderboard::{leaderboard_table, ranks_precision, scoring_text};
use super::rows;

/// The document of a sweep, which `command` made: program and arguments.
pub(super) fn document(command: &[String], report: &SweepReport) -> String {
    document_of_version("offshelf-sweep", 2, &SweepDocument { command, report, fit_seconds: None })
}

/// The same document with the times of the fits.
pub(crate) fn document_with_times(command: &[String], report: &SweepReport) -> String {
    let fit_seconds = report.leaderboard.iter().map(|entry| entry.fit_seconds).collect();
    let document = SweepDocument { command, report, fit_seconds: Some(fit_seconds) };
    document_of_version("offshelf-sweep", 2, &document)
}

#[derive(Serialize)]
struct SweepDocument<'a> {
    command: &'a [String],
    #[serde(flatten)]
    report: &'a SweepReport,
    /// Fit time in seconds for each entry of the leaderboard, over all folds and seeds. Only on
    /// standard output: files of equal sweeps are equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    fit_seconds: Option<Vec<f64>>,
}

/// The report as text: how it was scored, the leaderboard, and the winners.
pub(crate) fn text(report: &SweepReport) -> String {
    let SweepReport { classes, training, scoring, seeds, selection, .. } = report;
    let mut text = format!(
        "{} rows of {} classes, scored {}\n{}\n{}\n",
        training.n_samples,
        classes.len(),
        scoring_text(*scoring, seeds.len()),
        rows::text(&report.rows),
        leaderboard_table(&report.leaderboard),
    );
    text += match selection {
        Selection::Best => "* best of its head and loss, refitted on all these rows\n",
        Selection::OneStandardError => {
            "* simplest within one standard error of the best of its head and loss, refitted \
             on all these rows\n"
        }
    };
    if ranks_precision(&report.leaderboard) {
        text += "mAP: mean over classes of the average precision, without interpolation\n";
    }
    for winner in &report.winners {
        let Winner { head, held_out } = winner;
        let Description { spec, calibration, .. } = &head.description;
        let configuration = winner.configuration().to_string();
        text += &format!("\n{}, {}\n", shown(&configuration), spec.number());
        if let Some(calibration) = calibration {
            text += &format!("  calibrated: {calibration}\n");
        }
        if let Some(evaluation) = held_out {
            text += &format!("  held out: {}\n", summary(evaluation));
        }
    }
    text
}
