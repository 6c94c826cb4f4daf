//! Finds a backbone by the names of its tensors.

use std::collections::HashMap;

use backbone::weights::TensorError;

use super::fit::{Filling, Fit, Way, leaves_out};
use super::slots::Slots;
use super::{Classifier, ENTRIES, Listing, Naming};

/// What fits, under whatever prefixes.
pub(super) fn fits(listing: &Listing, slots: &Slots<'_>, classifier: Classifier) -> Vec<Fit> {
    let enough = prefixes(listing, slots).into_iter().filter(|(_, n)| *n >= slots.n_needed());
    let judged = enough.take(ENTRIES).map(|(prefix, _)| judge(listing, slots, prefix, classifier));
    judged.filter(|fit| fit.problems.is_empty()).collect()
}

/// What fits best, though not all of it does.
pub(super) fn nearest(listing: &Listing, slots: &Slots<'_>) -> Fit {
    let prefix = prefixes(listing, slots).first().map_or("", |(prefix, _)| prefix);
    judge(listing, slots, prefix, Classifier::Keep)
}

/// Everything that stands before a name of the backbone, and before how many: the most first, then the shortest.
fn prefixes<'l>(listing: &'l Listing, slots: &Slots<'_>) -> Vec<(&'l str, usize)> {
    let depth = slots.depth();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for tensor in &listing.tensors {
        let path = tensor.path.as_str();
        let dots = path.rmatch_indices('.').map(|(at, _)| (&path[..at], &path[at + 1..]));
        for (prefix, name) in dots.take(depth).chain([("", path)]) {
            if slots.named(name).is_some() {
                *counts.entry(prefix).or_default() += 1;
            }
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|&(prefix, n)| (usize::MAX - n, prefix.len(), prefix));
    counts
}

/// What of a name stands behind a prefix.
pub(super) fn below<'n>(path: &'n str, prefix: &str) -> Option<&'n str> {
    let rest = path.strip_prefix(prefix)?;
    if prefix.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

fn judge(listing: &Listing, slots: &Slots<'_>, prefix: &str, classifier: Classifier) -> Fit {
    let mut fit = Fit::new(prefix, slots, Way::Names);
    for (index, tensor) in listing.tensors.iter().enumerate() {
        let Some(name) = below(&tensor.path, prefix) else {
            fit.left_out.push(index);
            continue;
        };
        fit.n_below += 1;
        match slots.named(name) {
            Some((place, naming)) => {
                fit.n_belonging += 1;
                if leaves_out(slots, place, classifier) {
                    fit.left_out.push(index);
                } else {
                    fit.place(listing, slots, index, place);
                    if fit.naming != Some(Naming::Torchvision) {
                        fit.naming = Some(naming);
                    }
                }
            }
            None if slots.is_counter(name) => fit.n_belonging += 1,
            None => {
                let is_auxiliary = slots.is_auxiliary(name);
                fit.n_belonging += usize::from(is_auxiliary);
                fit.left_out.push(index);
                if !is_auxiliary && slots.is_inside(name) {
                    fit.problems.push(TensorError::Extra { name: tensor.name.clone() });
                }
            }
        }
    }
    for (place, slot) in slots.slots.iter().enumerate() {
        if fit.fillings[place].is_none() && !slot.layer.in_classifier {
            fit.problems.push(TensorError::Missing { name: slot.name() });
        }
    }
    fit.settle_classifier(listing, slots);
    fit
}

impl Fit {
    fn place(&mut self, listing: &Listing, slots: &Slots<'_>, index: usize, place: usize) {
        let (slot, tensor) = (&slots.slots[place], &listing.tensors[index]);
        if self.fillings[place].is_some() {
            let (name, source_name) = (slot.name(), tensor.name.clone());
            self.problems.push(TensorError::Repeated { name, source_name });
            return;
        }
        self.fillings[place] = Some(Filling::Tensor(index));
        if !slot.layer.in_classifier && !slot.accepts(&tensor.shape, None) {
            self.n_belonging -= 1;
            let (name, expected, got) =
                (tensor.name.clone(), slot.shape(None), tensor.shape.clone());
            self.problems.push(TensorError::Misshapen { name, expected, got });
        }
    }
}
