//! The sweep that chose the head: leaderboard, and accuracy against C; learning curves of networks.

use head::Number;
use maud::{Markup, html};
use results::percent;

use crate::chart::{Chart, Line, Point};
use crate::findings::Findings;
use crate::subject::{Entry, SweepRecord};

/// Candidates that the table shows.
const TABLE: usize = 20;

/// Lines of a chart that can still be told apart.
const LINES: usize = 12;

pub(super) fn section(findings: &Findings) -> Markup {
    html! {
        @if let Some(sweep) = &findings.sweep { (of_sweep(sweep)) }
        @if let Some(curve) = &findings.description.curve {
            section {
                h2 { "Learning curve" }
                (learning_curve(curve, "loss", |epoch| (epoch.loss, epoch.val_loss)))
                (learning_curve(curve, "accuracy", |epoch| (epoch.accuracy, epoch.val_accuracy)))
                p.note { "The weights of epoch " (curve.best_epoch) " were kept." }
            }
        }
    }
}

fn of_sweep(sweep: &SweepRecord) -> Markup {
    let is_refitted = |entry: &Entry| if entry.refitted { "*" } else { "" };
    html! {
        section {
            h2 { "What was tried" }
            p { (sweep.entries.len()) " candidates, scored " (sweep.scored) "; those with * were fitted again on all of these rows." }
            (against_number(&sweep.entries))
            div.scroll {
                table.list {
                    thead { tr { th { "" } th { "tap" } th { "transform" } th { "head" } th { "parameter" } th { "mean" } th { "spread" } th { "" } } }
                    @for entry in sweep.entries.iter().take(TABLE) {
                        tr {
                            td { (is_refitted(entry)) }
                            td { (entry.tap) }
                            td { (entry.transform) }
                            td { (entry.spec.name()) " " (entry.spec.loss()) }
                            td { (entry.spec.short_number_text()) }
                            td.number { (percent(entry.mean_accuracy)) }
                            td.number { (percent(entry.std_accuracy)) }
                            td { @if !entry.converged { "not converged" } }
                        }
                    }
                }
            }
            @if sweep.entries.len() > TABLE { p.note { (sweep.entries.len() - TABLE) " more candidates are in the folder of the sweep." } }
        }
    }
}

/// The mean score against C (of other heads the number of neighbors or the learning rate), a chart for each kind
/// of number, the best lines of each.
fn against_number(entries: &[Entry]) -> Markup {
    let charts = ["C", "neighbors", "learning rate"].map(|label| {
        let of_label = entries.iter().filter(|entry| number(entry).0 == label);
        let mut lines: Vec<Line> = Vec::new();
        for entry in of_label {
            let Entry { tap, transform, spec, .. } = entry;
            let name = format!("{} {}, {tap}, {transform}", spec.name(), spec.loss());
            let point =
                Point { x: number(entry).1, y: entry.mean_accuracy, spread: entry.standard_error };
            match lines.iter_mut().find(|line| line.name == name) {
                Some(line) => line.points.push(point),
                None => lines.push(Line { name, points: vec![point] }),
            }
        }
        // Entries come best first, so the lines that are left out are the worst ones.
        lines.truncate(LINES);
        lines.iter_mut().for_each(|line| line.points.sort_by(|a, b| a.x.total_cmp(&b.x)));
        lines.retain(|line| line.points.len() > 1);
        Chart {
            title: &format!("mean score against {label}, with one standard error"),
            x_label: label,
            y_label: "mean score",
            x_is_logarithmic: true,
            range: None,
            lines,
            has_diagonal: false,
        }
        .draw()
    });
    html! { @for chart in charts { (chart) } }
}

fn number(entry: &Entry) -> (&'static str, f64) {
    match entry.spec.number() {
        Number::C(c) => ("C", c),
        Number::Neighbors(n) => ("neighbors", n as f64),
        Number::LearningRate(rate) => ("learning rate", rate),
    }
}

fn learning_curve(
    curve: &head::LearningCurve,
    label: &str,
    of: impl Fn(&head::MlpEpoch) -> (f64, Option<f64>),
) -> Markup {
    let point = |(epoch, y): (usize, f64)| Point { x: (epoch + 1) as f64, y, spread: 0.0 };
    let trained = curve.epochs.iter().map(|epoch| of(epoch).0).enumerate().map(point);
    let validated = curve.epochs.iter().enumerate();
    let validated = validated.filter_map(|(at, epoch)| Some(point((at, of(epoch).1?))));
    let lines = vec![
        Line { name: "training".to_owned(), points: trained.collect() },
        Line { name: "validation".to_owned(), points: validated.collect() },
    ];
    let title = format!("{label} of each epoch");
    Chart {
        title: &title,
        x_label: "epoch",
        y_label: label,
        x_is_logarithmic: false,
        range: None,
        lines,
        has_diagonal: false,
    }
    .draw()
}
