//! A bar a class.

use maud::{Markup, html};
use metrics::{ClassScores, Evaluation, MultiLabelClass};

use super::bar;
use crate::findings::Findings;

/// Classes that are shown without being asked for.
const SHOWN: usize = 60;

/// A class, how well it fares (none without an image of it), and how many images it has.
struct Bar<'a> {
    name: &'a str,
    share: Option<f64>,
    n_images: u64,
}

pub(super) fn section(findings: &Findings) -> Markup {
    let (what, mut bars) = match &findings.evaluation {
        Evaluation::OneClass(evaluation) => {
            let share = |class: &ClassScores| (class.support > 0).then_some(class.recall);
            let bars = evaluation.classes.iter();
            let bars = bars.map(|c| Bar { name: &c.name, share: share(c), n_images: c.support });
            ("Share of the images of each class that are recognized", bars.collect::<Vec<_>>())
        }
        Evaluation::MultiLabel(evaluation) => {
            let share = |class: &MultiLabelClass| class.average_precision;
            let bars = evaluation.classes.iter();
            let bars =
                bars.map(|c| Bar { name: &c.name, share: share(c), n_images: c.positives as u64 });
            ("Average precision of each class", bars.collect())
        }
    };
    bars.sort_by(|a, b| a.share.unwrap_or(2.0).total_cmp(&b.share.unwrap_or(2.0)));
    html! {
        section {
            h2 { "Class by class" }
            p { (what) ", the worst first." }
            (drawn(&bars[..bars.len().min(SHOWN)]))
            @if bars.len() > SHOWN {
                details { summary { "the " (bars.len() - SHOWN) " others" } (drawn(&bars[SHOWN..])) }
            }
        }
    }
}

fn drawn(bars: &[Bar<'_>]) -> Markup {
    html! {
        div.bars {
            @for Bar { name, share, n_images } in bars { (bar(name, *share, Some(*n_images))) }
        }
    }
}
