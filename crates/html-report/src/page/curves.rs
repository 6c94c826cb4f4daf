//! How good heads are by depth, and by the number of images.

use maud::{Markup, html};
use results::percent;

use super::bar;
use crate::chart::{Chart, Line, Point};
use crate::curves::{Layers, Shots};
use crate::findings::Findings;

pub(super) fn section(findings: &Findings) -> Markup {
    html! {
        @if let Some(layers) = &findings.curves.layers { (by_depth(layers)) }
        @if let Some(shots) = &findings.curves.shots { (by_size(shots)) }
    }
}

fn by_depth(layers: &Layers) -> Markup {
    let name = |tap: &str, best: bool| format!("{}{tap}", if best { "* " } else { "" });
    html! {
        section {
            h2 { "By depth" }
            p { "The same kind of head on each tap, from the input of the network on; * is the best." }
            div.bars {
                @for tap in &layers.taps { (bar(&name(&tap.tap, tap.best), Some(tap.mean_accuracy), None)) }
            }
            p.note {
                "Standard errors: "
                (layers.taps.iter().map(|tap| percent(tap.standard_error)).collect::<Vec<_>>().join(", "))
                "."
            }
        }
    }
}

fn by_size(shots: &Shots) -> Markup {
    let point = |of: &crate::curves::ShotPoint| Point {
        x: of.n_rows as f64,
        y: of.accuracy,
        spread: of.spread,
    };
    let line =
        Line { name: "accuracy".to_owned(), points: shots.points.iter().map(point).collect() };
    let points = |gain: f64| format!("{:+.1}", 100.0 * gain);
    let outlook = &shots.outlook;
    html! {
        section {
            h2 { "By the number of training images" }
            (Chart {
                title: "accuracy against the number of training images, with its spread between draws",
                x_label: "training images",
                y_label: "accuracy",
                x_is_logarithmic: true,
                range: None,
                lines: vec![line],
                has_diagonal: false,
            }.draw())
            p {
                "Twice as many images: about " strong data-gain=(outlook.gain) { (points(outlook.gain)) " points" }
                " (95 % interval of chance alone " (points(outlook.gain_interval[0])) " to "
                (points(outlook.gain_interval[1])) "), if errors go on falling as they did; the last doubling brought "
                (points(outlook.last_gain)) "."
            }
            div.scroll {
                table.list {
                    thead { tr { th { "a class" } th { "images" } th { "accuracy" } th { "spread" } } }
                    @for of in &shots.points {
                        tr {
                            td.number { (of.per_class.map_or("all".to_owned(), |size| size.to_string())) }
                            td.number { (of.n_rows) }
                            td.number { (percent(of.accuracy)) }
                            td.number { (percent(of.spread)) }
                        }
                    }
                }
            }
        }
    }
}
