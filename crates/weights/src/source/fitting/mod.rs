//! Finds a backbone's tensors in the list of a file, and says what does not fit.
//!
//! A file may hold a network under any prefix of names (`state_dict.model.encoder.`), several of them, and other
//! things besides. So all prefixes are tried, and one fits whose names, without it, are the backbone's: all of those
//! before the classifier, and none that would make it another network. Where no names fit, the graph of a model may,
//! or the order of layers and their shapes.

mod by_graph;
mod by_name;
mod by_order;
mod fit;
mod resemblance;
mod slots;

use backbone::Backbone;

use self::fit::Fit;
use self::slots::Slots;
use super::container::{Container, Listing, Writer};
use super::error::SourceError;

pub(crate) use self::fit::Assembled;
pub use self::fit::Way;
pub(super) use self::fit::assemble;

/// How the layers of a source are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// Keras: `block1_conv1`.
    Keras,
    /// torchvision or timm: `features.0`.
    Torchvision,
}

/// Whether the classifier's tensors are taken from a source that has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classifier {
    /// They are taken as far as they fit; it may be one for other classes.
    Keep,
    /// They are left out, whatever they are.
    LeaveOut,
}

/// What is wanted of a source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Whether with the classifier.
    pub(crate) classifier: Classifier,
    /// Which of the networks in it; see [`super::super::ConvertRequest::entry`].
    pub(crate) entry: Option<&'a str>,
}

/// The most networks in one file that are told apart.
const ENTRIES: usize = 64;

/// Where `backbone` is in a file with that list.
pub(super) fn fit(
    listing: &Listing,
    backbone: &Backbone,
    wanted: Wanted<'_>,
) -> Result<Fit, SourceError> {
    let slots = Slots::new(backbone);
    let mut fits = fits(listing, &slots, wanted.classifier);
    if let Some(entry) = wanted.entry {
        let entries = fits.iter().map(Fit::entry).collect();
        fits.retain(|fit| fit::is_entry(&fit.prefix, entry));
        if fits.is_empty() {
            return Err(SourceError::NoEntry { entry: entry.to_owned(), entries });
        }
    }
    leave_out_parts(&mut fits);
    match fits.len() {
        0 => Err(resemblance::misfit(listing, &slots)),
        1 => Ok(fits.remove(0)),
        _ => Err(SourceError::SeveralEntries { entries: fits.iter().map(Fit::entry).collect() }),
    }
}

/// Leaves out what has only a part of the tensors that another one has: under the prefix of the features of a
/// network lies all of it but its classifier.
fn leave_out_parts(fits: &mut Vec<Fit>) {
    let all = fits.clone();
    fits.retain(|fit| !all.iter().any(|other| fit.is_part_of(other)));
}

/// Everything in the file that fits: by names where any does, or else in another way.
fn fits(listing: &Listing, slots: &Slots<'_>, classifier: Classifier) -> Vec<Fit> {
    if listing.writer == Writer::Keras && !slots.are_in_keras() {
        return Vec::new();
    }
    let named = by_name::fits(listing, slots, classifier);
    if !named.is_empty() {
        named
    } else if listing.graph.is_empty() {
        by_order::fits(listing, slots, classifier)
    } else {
        by_graph::fit(listing, slots, classifier).into_iter().collect()
    }
}
