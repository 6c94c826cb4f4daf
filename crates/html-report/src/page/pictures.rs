//! Images that are wrong, nearly wrong, or confused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

use super::confusion::anchor;
use crate::findings::Findings;
use crate::pictures::Picture;

pub(super) fn section(findings: &Findings) -> Markup {
    let pictures = &findings.pictures;
    let classes = &findings.description.origin.classes;
    html! {
        @if !pictures.worst.is_empty() {
            section {
                h2 { "The worst mistakes" }
                p { "Wrong images: " (pictures.n_wrong) ". Here are those whose label the head finds least likely. Click on an image, or move to it with the tab key, to see it large." }
                (gallery(&pictures.worst))
            }
        }
        @if !pictures.least_sure.is_empty() {
            section {
                h2 { "The least sure" }
                p { "The best and the second best class are closest: right or wrong nearly by chance." }
                (gallery(&pictures.least_sure))
            }
        }
        @if !pictures.confused.is_empty() {
            section {
                h2 { "Confused, pair by pair" }
                @for ((label, prediction), of_pair) in &pictures.confused {
                    details id=(anchor(*label, *prediction)) open[pictures.confused.len() <= 12] {
                        summary { (classes[*label]) " taken for " (classes[*prediction]) ": " (of_pair.len()) }
                        (gallery(of_pair))
                    }
                }
            }
        }
    }
}

fn gallery(pictures: &[Picture]) -> Markup {
    html! {
        div.gallery {
            @for picture in pictures {
                figure {
                    @if let Some(jpeg) = &picture.thumbnail {
                        img tabindex="0" alt=(picture.path) src={ "data:image/jpeg;base64," (STANDARD.encode(jpeg)) };
                    } @else { div.none { "no picture" } }
                    figcaption {
                        @if picture.label == picture.prediction {
                            b { (picture.label) }
                        } @else { b { (picture.label) } " taken for " b.wrong { (picture.prediction) } }
                        " " small { (picture.certainty) }
                        span.path { (picture.path) }
                    }
                }
            }
        }
    }
}
