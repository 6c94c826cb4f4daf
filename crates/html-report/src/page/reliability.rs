//! Whether probabilities are what they claim to be.

use maud::{Markup, html};
use metrics::ReliabilityBin;
use results::percent;

use crate::chart::{Chart, Line, Point};
use crate::findings::Findings;

pub(super) fn section(findings: &Findings) -> Markup {
    let Some(bins) = &findings.reliability else { return html! {} };
    let point = |bin: &ReliabilityBin| {
        let (n, accuracy) = (bin.n_rows as f64, bin.hits as f64 / bin.n_rows as f64);
        Point {
            x: bin.probability / n,
            y: accuracy,
            spread: (accuracy * (1.0 - accuracy) / n).sqrt(),
        }
    };
    let points = bins.iter().filter(|bin| bin.n_rows > 0).map(point).collect();
    let chart = Chart {
        title: "accuracy against probability, with one standard error",
        x_label: "probability of the class predicted",
        y_label: "share that is right",
        x_is_logarithmic: false,
        range: Some((0.0, 1.0)),
        lines: vec![Line { name: "predictions".to_owned(), points }],
        has_diagonal: true,
    };
    html! {
        section {
            h2 { "Are its probabilities honest?" }
            p { "Predictions in tenths by the probability of the class predicted. Where points lie on the dashed line, a prediction of 80 % is right in 8 of 10 cases; below it the head is too sure." }
            (chart.draw())
            table.list.narrow {
                thead { tr { th { "probability" } th { "right" } th { "images" } } }
                @for bin in bins.iter().filter(|bin| bin.n_rows > 0) {
                    tr {
                        td.number { (percent(bin.probability / bin.n_rows as f64)) }
                        td.number { (percent(bin.hits as f64 / bin.n_rows as f64)) }
                        td.number { (bin.n_rows) }
                    }
                }
            }
        }
    }
}
