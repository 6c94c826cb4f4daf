//! A bar a class.

use maud::{Markup, html};
use metrics::Evaluation;

use super::percent;
use crate::findings::Findings;

pub(super) fn section(findings: &Findings) -> Markup {
    let (what, mut rows): (&str, Vec<(&str, Option<f64>, u64)>) = match &findings.evaluation {
        Evaluation::OneClass(evaluation) => {
            let row = |class: &'_ metrics::ClassScores| class.recall;
            let rows = evaluation.classes.iter();
            let rows = rows.map(|c| (c.name.as_str(), (c.support > 0).then(|| row(c)), c.support));
            ("Share of the images of each class that are recognized", rows.collect())
        }
        Evaluation::MultiLabel(evaluation) => {
            let rows = evaluation.classes.iter();
            let rows = rows.map(|c| (c.name.as_str(), c.average_precision, c.positives as u64));
            ("Average precision of each class", rows.collect())
        }
    };
    rows.sort_by(|a, b| a.1.unwrap_or(2.0).total_cmp(&b.1.unwrap_or(2.0)));
    html! {
        section {
            h2 { "Class by class" }
            p { (what) ", the worst first." }
            div.bars {
                @for (name, share, n) in rows {
                    div {
                        span { (name) }
                        div.track { @if let Some(share) = share { div.fill style={ "width:" (format!("{:.1}%", 100.0 * share)) } {} } }
                        b { @match share { Some(share) => (percent(share)), None => "none" } }
                        small { (n) }
                    }
                }
            }
        }
    }
}
