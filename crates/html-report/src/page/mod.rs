//! The page, section by section.

mod about;
mod classes;
mod confusion;
mod curves;
mod headline;
mod pictures;
mod precision_recall;
mod reliability;
mod sweep;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use results::percent;

use crate::findings::Findings;

/// Colors and layout. It loads nothing.
const STYLE: &str = include_str!("style.css");

/// All of the page.
pub(crate) fn page(findings: &Findings) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Nothing is loaded, whatever a name in this page would like to.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                title { (headline::title(findings)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (headline::section(findings))
                    (sweep::section(findings))
                    (curves::section(findings))
                    (classes::section(findings))
                    (confusion::section(findings))
                    (precision_recall::section(findings))
                    (reliability::section(findings))
                    (pictures::section(findings))
                    (about::section(findings))
                }
            }
        }
    }
}

/// A bar of a share from 0 to 1; an empty one where there is none. `n` is what the share is of.
fn bar(name: &str, share: Option<f64>, n: Option<u64>) -> Markup {
    html! {
        div {
            span { (name) }
            div.track { @if let Some(share) = share { div.fill style={ "width:" (format!("{:.1}%", 100.0 * share)) } {} } }
            b { (share.map_or("none".to_owned(), percent)) }
            @if let Some(n) = n { small { (n) } }
        }
    }
}

/// A table of names and texts.
fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, String)>) -> Markup {
    html! {
        table.facts {
            @for (name, text) in facts { tr { th scope="row" { (name) } td { (text) } } }
        }
    }
}
