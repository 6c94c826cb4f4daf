//! What the cache is, and what made the head.

use maud::{Markup, html};

use super::facts;
use crate::findings::Findings;

/// Classes and unreadable files that are listed.
const LISTED: usize = 200;

pub(super) fn section(findings: &Findings) -> Markup {
    let cache = &findings.cache;
    let description = &findings.description;
    let unreadable = cache.unreadable.len();
    let counts = cache.splits.iter().map(|(name, n)| (*name, format!("{n} images")));
    html! {
        section {
            h2 { "The images" }
            p {
                code { (cache.path) } ": " (cache.n_samples) " images"
                @if cache.n_unlabelled > 0 { ", " (cache.n_unlabelled) " without a label" }
                @if cache.n_repeated > 0 { ", " (cache.n_repeated) " of the content of another one" }
                @if unreadable > 0 { "; " (unreadable) " files could not be read" }
                "."
            }
            (facts(counts))
            @if !cache.classes.is_empty() {
                details {
                    summary { (cache.classes.len()) " classes" }
                    table.list.narrow {
                        @for (name, n) in cache.classes.iter().take(LISTED) { tr { td { (name) } td.number { (n) } } }
                    }
                    @if cache.classes.len() > LISTED { p.note { (cache.classes.len() - LISTED) " more classes." } }
                }
            }
            @if unreadable > 0 {
                details {
                    summary { (unreadable) " files that could not be read" }
                    table.list {
                        @for file in cache.unreadable.iter().take(LISTED) { tr { td { (file.path) } td { (file.reason) } } }
                    }
                    @if unreadable > LISTED { p.note { (unreadable - LISTED) " more files." } }
                }
            }
        }
        section {
            h2 { "How the features were made" }
            (facts(cache.provenance.iter().map(|(name, text)| (*name, text.clone()))))
        }
        section {
            h2 { "How the head was made" }
            (facts([
                ("head", format!("{} {}", description.spec.name(), description.spec.loss())),
                ("parameter", description.spec.number().to_string()),
                ("transform", description.transform.to_string()),
                ("trained on", format!("{} rows of {}", description.origin.training.n_samples, description.origin.training.cache)),
                ("written by", description.created_by.clone()),
            ]))
            @if let Some(sweep) = &findings.sweep { pre { (sweep.command.join(" ")) } }
        }
    }
}
