//! Finds a backbone by the order of its layers and their shapes, where they have names of their own.
//!
//! Every layer under the prefix counts, and must be the backbone's at that place of the order, convolutions and batch
//! normalizations by themselves. Only what is fully connected may be another classifier.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::by_name::below;
use super::fit::{Filling, Fit, Way, naming_of};
use super::slots::Slots;
use super::{Classifier, ENTRIES, Listing};
use crate::source::container::{Listed, Order};

/// Components of a prefix that is tried.
const DEPTH: usize = 6;

/// What fits, under whatever prefixes.
pub(super) fn fits(listing: &Listing, slots: &Slots<'_>, classifier: Classifier) -> Vec<Fit> {
    let mut fits: Vec<Fit> = Vec::new();
    for prefix in prefixes(listing, slots.n_needed()) {
        let Some(fit) = fit(listing, slots, prefix, classifier) else { continue };
        match fits.iter_mut().find(|known| known.fillings == fit.fillings) {
            // The same tensors, with less before their names.
            Some(known) => *known = fit,
            None => fits.push(fit),
        }
    }
    fits
}

/// All beginnings of at least so many names, in the order in which they occur.
fn prefixes(listing: &Listing, n_needed: usize) -> Vec<&str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut seen = vec![""];
    for tensor in &listing.tensors {
        for (at, _) in tensor.path.match_indices('.').take(DEPTH) {
            let count = counts.entry(&tensor.path[..at]).or_default();
            *count += 1;
            if *count == n_needed {
                seen.push(&tensor.path[..at]);
            }
        }
    }
    seen.truncate(ENTRIES);
    seen
}

/// The tensors of a layer, by the last component of their names.
#[derive(Debug)]
struct Layer<'l> {
    path: &'l str,
    tensors: BTreeMap<&'l str, usize>,
}

/// The layers under a prefix, by what they are.
#[derive(Debug, Default)]
struct Layers<'l> {
    convolutions: Vec<Layer<'l>>,
    norms: Vec<Layer<'l>>,
    dense: Vec<Layer<'l>>,
}

fn fit(listing: &Listing, slots: &Slots<'_>, prefix: &str, classifier: Classifier) -> Option<Fit> {
    let needed = places_of_layers(slots, false);
    let (norms, convolutions): (Vec<_>, Vec<_>) =
        needed.into_iter().partition(|places| slots.slots[places[0]].epsilon.is_some());
    // Before all else, since it takes little: a list may be long.
    let is_kernel =
        |tensor: &&Listed| tensor.shape.len() == 4 && below(&tensor.path, prefix).is_some();
    if listing.tensors.iter().filter(is_kernel).count() != convolutions.len() {
        return None;
    }
    let layers = Layers::below(listing, prefix)?;
    if !layers.are_ordered(listing) || layers.have_dense_inside(prefix) {
        return None;
    }
    let mut fit = Fit::new(prefix, slots, Way::Order);
    fit.naming = naming_of(listing, slots);
    fit.fill(listing, slots, &layers.convolutions, &convolutions)?;
    fit.fill(listing, slots, &layers.norms, &norms)?;
    if classifier == Classifier::Keep && are_ordered(&layers.dense, listing) {
        fit.fill_classifier(slots, &layers.dense);
    }
    fit.count(listing, slots);
    fit.settle_classifier(listing, slots);
    Some(fit)
}

impl Fit {
    /// Puts the tensors of layers, one after the other, at the places of as many; `None` where one does not fit.
    fn fill(
        &mut self,
        listing: &Listing,
        slots: &Slots<'_>,
        layers: &[Layer<'_>],
        places: &[Vec<usize>],
    ) -> Option<()> {
        (layers.len() == places.len()).then_some(())?;
        for (layer, places) in layers.iter().zip(places) {
            let n_weights =
                layer.tensors.values().filter(|&&i| !listing.tensors[i].shape.is_empty());
            (n_weights.count() == places.len()).then_some(())?;
            for &place in places {
                let slot = &slots.slots[place];
                let index = *layer.tensors.get(slot.parameter.suffix)?;
                slot.accepts(&listing.tensors[index].shape, None).then_some(())?;
                self.fillings[place] = Some(Filling::Tensor(index));
            }
        }
        Some(())
    }

    /// Puts fully connected layers at the places of as many, whether they fit or not.
    fn fill_classifier(&mut self, slots: &Slots<'_>, layers: &[Layer<'_>]) {
        let wanted = places_of_layers(slots, true);
        if layers.len() != wanted.len() {
            return;
        }
        for (layer, places) in layers.iter().zip(wanted) {
            for place in places {
                let tensor = layer.tensors.get(slots.slots[place].parameter.suffix);
                self.fillings[place] = tensor.copied().map(Filling::Tensor);
            }
        }
    }

    /// Counts what belongs to the backbone, and lists what does not.
    fn count(&mut self, listing: &Listing, slots: &Slots<'_>) {
        let is_below = |tensor: &&Listed| below(&tensor.path, &self.prefix).is_some();
        self.n_below = listing.tensors.iter().filter(is_below).count();
        let used: HashSet<usize> =
            (0..slots.slots.len()).filter_map(|place| self.tensor(place)).collect();
        // What is left of a batch normalization is its counter.
        let is_counter = |index: usize| listing.tensors[index].shape.is_empty();
        self.left_out = (0..listing.tensors.len())
            .filter(|&index| !used.contains(&index) && !is_counter(index))
            .collect();
        self.n_belonging = used.len();
    }
}

/// The places of each layer of the classifier, or before it.
fn places_of_layers(slots: &Slots<'_>, in_classifier: bool) -> Vec<Vec<usize>> {
    let mut layers: Vec<Vec<usize>> = Vec::new();
    for (place, slot) in slots.slots.iter().enumerate() {
        let is_same = |last: &&mut Vec<usize>| slots.slots[last[0]].layer.name == slot.layer.name;
        if slot.layer.in_classifier != in_classifier {
        } else if let Some(layer) = layers.last_mut().filter(is_same) {
            layer.push(place);
        } else {
            layers.push(vec![place]);
        }
    }
    layers
}

impl<'l> Layers<'l> {
    /// `None` where there is a layer of another kind.
    fn below(listing: &'l Listing, prefix: &str) -> Option<Self> {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut all: Vec<Layer<'l>> = Vec::new();
        for (index, tensor) in listing.tensors.iter().enumerate() {
            if below(&tensor.path, prefix).is_none() {
                continue;
            }
            let (path, suffix) = tensor.path.rsplit_once('.').unwrap_or(("", &tensor.path));
            let number = *numbers.entry(path).or_insert(all.len());
            if number == all.len() {
                all.push(Layer { path, tensors: BTreeMap::new() });
            }
            // A second tensor of the name is none that anything here has a place for.
            if all[number].tensors.insert(suffix, index).is_some() {
                return None;
            }
        }
        if listing.order == Order::OfNames {
            all.sort_by_cached_key(|layer| words(layer.path));
        }
        let mut layers = Self::default();
        for layer in all {
            layers.kind(&layer, listing)?.push(layer);
        }
        Some(layers)
    }

    /// Whether the order of what must be there is that of the network.
    fn are_ordered(&self, listing: &Listing) -> bool {
        are_ordered(&self.convolutions, listing) && are_ordered(&self.norms, listing)
    }

    /// Whether a fully connected layer lies in a part of the network with convolutions, as those of
    /// squeeze-and-excitation do: it is none of a classifier.
    fn have_dense_inside(&self, prefix: &str) -> bool {
        let part =
            |layer: &Layer<'l>| below(layer.path, prefix).and_then(|name| name.split('.').next());
        let parts: HashSet<_> = self.convolutions.iter().map(part).collect();
        self.dense.iter().any(|layer| parts.contains(&part(layer)))
    }

    /// Among which a layer belongs.
    fn kind(&mut self, layer: &Layer<'_>, listing: &Listing) -> Option<&mut Vec<Layer<'l>>> {
        let ranks: Vec<usize> =
            layer.tensors.values().map(|&index| listing.tensors[index].shape.len()).collect();
        match ranks.iter().max() {
            Some(4) => Some(&mut self.convolutions),
            Some(2) => Some(&mut self.dense),
            Some(1) => Some(&mut self.norms),
            _ => None,
        }
    }
}

/// A piece of a name, for sorting as people count: text, or the number behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Text(String),
    Number(u64),
}

/// A name as text and numbers in turn. A component without `_<number>` at its end is number 0 of its kind, as Keras
/// counts.
fn words(path: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for component in path.split('.') {
        let counted = component.rsplit_once('_').is_some_and(|(_, n)| n.parse::<u64>().is_ok());
        let mut rest = if counted { component.to_owned() } else { format!("{component}_0") };
        while !rest.is_empty() {
            let is_digit = rest.starts_with(|c: char| c.is_ascii_digit());
            let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let after = rest.split_off(end);
            words.push(match rest.parse() {
                Ok(number) if is_digit => Word::Number(number),
                _ => Word::Text(rest),
            });
            rest = after;
        }
    }
    words
}

/// Whether the order of these layers is that of the network. Where a file sorts by name, those of one shape must be
/// told apart by a number: otherwise nothing says which comes first.
fn are_ordered(layers: &[Layer<'_>], listing: &Listing) -> bool {
    if listing.order == Order::OfLayers {
        return true;
    }
    let shapes = |layer: &Layer<'_>| -> Vec<&[usize]> {
        layer.tensors.values().map(|&index| &listing.tensors[index].shape[..]).collect()
    };
    let mut last_of_shape: HashMap<Vec<&[usize]>, &str> = HashMap::new();
    layers.iter().all(|layer| {
        let before = last_of_shape.insert(shapes(layer), layer.path);
        before.is_none_or(|before| differ_by_number(before, layer.path))
    })
}

fn differ_by_number(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let first = one.iter().zip(&other).find(|(one, other)| one.cmp(other) != Ordering::Equal);
    matches!(first, Some((Word::Number(_), Word::Number(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_people_count() {
        let mut names = ["conv2d_10", "conv2d", "conv2d_2", "conv2d_1"];
        names.sort_by_cached_key(|name| words(name));
        assert_eq!(names, ["conv2d", "conv2d_1", "conv2d_2", "conv2d_10"]);
    }

    #[test]
    fn only_numbers_tell_which_comes_first() {
        assert!(differ_by_number("layers.conv2d", "layers.conv2d_1"));
        assert!(differ_by_number("4.0.conv2", "4.1.conv1"));
        assert!(!differ_by_number("first", "second"));
        assert!(!differ_by_number("4.0.conv1", "4.0.downsample.0"));
    }
}
