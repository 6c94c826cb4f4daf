//! Whether probabilities are what they claim to be.

use maud::{Markup, html};

use crate::chart::{Chart, Line, Point};
use crate::findings::{Bin, Findings};

pub(super) fn section(findings: &Findings) -> Markup {
    let Some(bins) = &findings.reliability else { return html! {} };
    let point = |bin: &Bin| {
        let (n, accuracy) = (bin.n as f64, bin.right as f64 / bin.n as f64);
        Point {
            x: bin.probability / n,
            y: accuracy,
            spread: (accuracy * (1.0 - accuracy) / n).sqrt(),
        }
    };
    let points = bins.iter().filter(|bin| bin.n > 0).map(point).collect();
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
                @for bin in bins.iter().filter(|bin| bin.n > 0) {
                    tr {
                        td.number { (super::percent(bin.probability / bin.n as f64)) }
                        td.number { (super::percent(bin.right as f64 / bin.n as f64)) }
                        td.number { (bin.n) }
                    }
                }
            }
        }
    }
}
