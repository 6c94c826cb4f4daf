//! What is taken for what.

use maud::{Markup, html};
use metrics::{Evaluation, OneClassEvaluation};

use crate::findings::Findings;
use crate::pictures::Pictures;

/// The most classes of a matrix that can be read.
const MATRIX: usize = 60;

/// Pairs that are listed where there are more.
const PAIRS: usize = 100;

/// The place in the page with the images of a pair of label and prediction.
pub(super) fn anchor(label: usize, prediction: usize) -> String {
    format!("confused-{label}-{prediction}")
}

pub(super) fn section(findings: &Findings) -> Markup {
    let Evaluation::OneClass(evaluation) = &findings.evaluation else { return html! {} };
    html! {
        section {
            h2 { "What is taken for what" }
            @if evaluation.classes.len() <= MATRIX {
                p { "A row a class, a column a prediction; numbers of images. Colored cells off the diagonal lead to their images." }
                (matrix(evaluation, &findings.pictures))
            } @else {
                p { "The pairs that are confused most." }
                (pairs(evaluation))
            }
        }
    }
}

fn matrix(evaluation: &OneClassEvaluation, pictures: &Pictures) -> Markup {
    let names: Vec<&str> = evaluation.classes.iter().map(|class| class.name.as_str()).collect();
    let share = |row: &[u64], n: u64| n as f64 / row.iter().sum::<u64>().max(1) as f64;
    html! {
        div.scroll {
            table.confusion {
                thead { tr { th {} @for name in &names { th scope="col" { div { span { (name) } } } } } }
                @for (label, row) in evaluation.confusion.iter().enumerate() {
                    tr {
                        th scope="row" { (names[label]) }
                        @for (prediction, &n) in row.iter().enumerate() {
                            td class=(if label == prediction { "right" } else { "wrong" })
                                style={ "--share:" (format!("{:.3}", share(row, n))) }
                                title={ (names[label]) " taken for " (names[prediction]) ": " (n) } {
                                @if n > 0 {
                                    @if label != prediction && pictures.confused.contains_key(&(label, prediction)) {
                                        a href={ "#" (anchor(label, prediction)) } { (n) }
                                    } @else { (n) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn pairs(evaluation: &OneClassEvaluation) -> Markup {
    let rows = evaluation.confusion.iter().enumerate();
    let cells = rows.flat_map(|(label, row)| {
        row.iter().enumerate().map(move |(prediction, &n)| (n, label, prediction))
    });
    let mut pairs: Vec<_> = cells.filter(|&(n, label, other)| n > 0 && label != other).collect();
    pairs.sort_by_key(|&(n, label, prediction)| (std::cmp::Reverse(n), label, prediction));
    let name = |class: usize| &evaluation.classes[class].name;
    html! {
        div.scroll {
            table.list {
                thead { tr { th { "class" } th { "taken for" } th { "images" } } }
                @for &(n, label, prediction) in pairs.iter().take(PAIRS) {
                    tr {
                        td { (name(label)) }
                        td { (name(prediction)) }
                        td.number { a href={ "#" (anchor(label, prediction)) } { (n) } }
                    }
                }
            }
        }
        @if pairs.len() > PAIRS { p.note { (pairs.len() - PAIRS) " more pairs are confused." } }
    }
}
