//! How many of the images that are called by a class are of it.

use maud::{Markup, html};

use crate::chart::{Chart, Line, Point};
use crate::findings::{ClassCurve, Findings};

pub(super) fn section(findings: &Findings) -> Markup {
    let line = |curve: &ClassCurve| {
        let point = |&(x, y): &(f64, f64)| Point { x, y, spread: 0.0 };
        let name = format!("{} (average precision {:.3})", curve.name, curve.average_precision);
        Line { name, points: curve.points.iter().map(point).collect() }
    };
    let chart = Chart {
        title: "precision against recall",
        x_label: "recall: share of a class that is found",
        y_label: "precision: share of what is found",
        x_is_logarithmic: false,
        range: Some((0.0, 1.0)),
        lines: findings.precision_recall.iter().map(line).collect(),
        has_diagonal: false,
    };
    if findings.precision_recall.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "How much is found, and how much of it is right?" }
            p { "Images in the order of the score of a class: down to where a share of the class is found (recall), so much of what was found is of the class (precision). All classes together, and those that are found least well." }
            (chart.draw())
        }
    }
}
