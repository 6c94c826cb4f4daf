//! Finds a backbone by the graph of a model: layers of the same kind and shape, whose inputs are made of the same
//! layers by the same operations.
//!
//! Exporters fold batch normalizations into the convolutions before them. What is left of one then is the bias; it
//! becomes a normalization of mean 0 and variance 1 that adds it.

use std::collections::{HashMap, HashSet};

use super::fit::{Filling, Fit, Way, leaves_out, naming_of};
use super::slots::Slots;
use super::{Classifier, Listing};
use crate::source::graph::{GraphLayer, IMAGE, LayerKind, layers_of};

/// How far an epsilon may be from the backbone's, which another program has in 32 bits.
const EPSILON_TOLERANCE: f64 = 1e-3;

/// Fully connected layers of a model that may be another classifier.
const MOST_OTHERS: usize = 64;

/// The one way in which the model is the backbone.
pub(super) fn fit(listing: &Listing, slots: &Slots<'_>, classifier: Classifier) -> Option<Fit> {
    let has_norms = slots.slots.iter().any(|slot| slot.epsilon.is_some());
    let ways = if has_norms { &[false, true][..] } else { &[false] };
    ways.iter().find_map(|&folded| Search::new(listing, slots, folded).fit(classifier))
}

struct Search<'s, 'a> {
    listing: &'s Listing,
    slots: &'s Slots<'a>,
    folded: bool,
    /// The layers of the backbone.
    wanted: Vec<GraphLayer>,
    /// Which layer of the model each of them is.
    found: HashMap<usize, usize>,
}

impl<'s, 'a> Search<'s, 'a> {
    fn new(listing: &'s Listing, slots: &'s Slots<'a>, folded: bool) -> Self {
        let wanted = layers_of(slots.backbone, folded);
        Self { listing, slots, folded, wanted, found: HashMap::new() }
    }

    fn fit(mut self, classifier: Classifier) -> Option<Fit> {
        if self.listing.graph.len() > self.wanted.len() + MOST_OTHERS {
            return None;
        }
        let mut fit = Fit::new("", self.slots, Way::Graph { folded: self.folded });
        fit.naming = naming_of(self.listing, self.slots);
        let mut used = HashSet::new();
        for number in 0..self.wanted.len() {
            let is_in_classifier = self.slot_of(number).layer.in_classifier;
            match self.find(number, &used) {
                Some(layer) => {
                    used.insert(layer);
                    self.found.insert(number, layer);
                    self.fill(&mut fit, number, layer, classifier);
                }
                None if is_in_classifier => {}
                None => return None,
            }
        }
        // Convolutions besides would make it another network.
        let is_other = |number: usize, layer: &GraphLayer| {
            !used.contains(&number) && layer.kind != LayerKind::Dense
        };
        if self.listing.graph.iter().enumerate().any(|(number, layer)| is_other(number, layer)) {
            return None;
        }
        if self.folded {
            self.fill_norms(&mut fit);
        }
        let used: HashSet<usize> =
            (0..self.slots.slots.len()).filter_map(|place| fit.tensor(place)).collect();
        fit.left_out =
            (0..self.listing.tensors.len()).filter(|index| !used.contains(index)).collect();
        (fit.n_belonging, fit.n_below) = (used.len(), self.listing.tensors.len());
        fit.settle_classifier(self.listing, self.slots);
        Some(fit)
    }

    /// The place of a layer's first tensor.
    fn place_of(&self, number: usize) -> usize {
        self.wanted[number].tensors[0].expect("layers of a backbone have their tensors")
    }

    fn slot_of(&self, number: usize) -> &super::slots::Slot<'a> {
        &self.slots.slots[self.place_of(number)]
    }

    /// The first layer of the model that is not taken yet and could be the wanted one. Of two that could be, what
    /// follows them tells whether it was right.
    fn find(&self, number: usize, used: &HashSet<usize>) -> Option<usize> {
        let wanted = &self.wanted[number];
        let inputs: Option<Vec<usize>> = wanted
            .input
            .layers
            .iter()
            .map(|layer| match *layer {
                IMAGE => Some(IMAGE),
                layer => self.found.get(&layer).copied(),
            })
            .collect();
        let inputs = sorted_as(&inputs?, &wanted.input.operations);
        let is_it = |at: usize, layer: &GraphLayer| {
            !used.contains(&at)
                && sorted_as(&layer.input.layers, &layer.input.operations) == inputs
                && layer.input.operations == wanted.input.operations
                && self.is_same(number, layer)
        };
        let layers = self.listing.graph.iter().enumerate();
        layers.filter(|&(at, layer)| is_it(at, layer)).map(|(at, _)| at).next()
    }

    /// Whether a layer of the model computes what the wanted one does, with tensors of the same shapes.
    fn is_same(&self, number: usize, layer: &GraphLayer) -> bool {
        let first = self.place_of(number);
        let n_classes = |shape: &[usize]| {
            let is_last =
                number + 1 == self.wanted.len() && self.slot_of(number).layer.in_classifier;
            shape.first().copied().filter(|_| is_last)
        };
        let fits = |place: usize, tensor: usize| {
            let shape = &self.listing.tensors[tensor].shape;
            self.slots.slots[place].accepts(shape, n_classes(shape))
        };
        let Some(weight) = layer.tensors[0] else { return false };
        let kind = match (&self.wanted[number].kind, &layer.kind) {
            (LayerKind::Convolution(wanted), LayerKind::Convolution(slide)) => {
                let shape = &self.slots.slots[first].parameter.shape;
                wanted.is_same(*slide, [shape[2], shape[3]])
            }
            (LayerKind::BatchNorm(wanted), LayerKind::BatchNorm(epsilon)) => {
                (wanted - epsilon).abs() < EPSILON_TOLERANCE * wanted
            }
            (LayerKind::Dense, LayerKind::Dense) => true,
            _ => false,
        };
        kind && fits(first, weight) && (self.folded || self.has_its_tensors(number, layer, fits))
    }

    /// Whether the tensors of a layer are those of the wanted one and no others.
    fn has_its_tensors(
        &self,
        number: usize,
        layer: &GraphLayer,
        fits: impl Fn(usize, usize) -> bool,
    ) -> bool {
        let places = &self.wanted[number].tensors;
        let tensors = layer.tensors.iter().flatten().count();
        tensors == places.len()
            && places.iter().zip(&layer.tensors).all(|(place, tensor)| {
                place.zip(*tensor).is_some_and(|(place, tensor)| fits(place, tensor))
            })
    }

    fn fill(&self, fit: &mut Fit, number: usize, layer: usize, classifier: Classifier) {
        let tensors = &self.listing.graph[layer].tensors;
        let first = self.place_of(number);
        if leaves_out(self.slots, first, classifier) {
            return;
        }
        for (place, tensor) in self.wanted[number].tensors.iter().zip(tensors) {
            if let Some((place, tensor)) = place.zip(*tensor) {
                fit.fillings[place] = Some(Filling::Tensor(tensor));
            }
        }
        // The bias of a convolution that has none in the backbone is that of the normalization behind it.
        let bias = tensors.get(1).copied().flatten();
        if self.folded && self.wanted[number].tensors.len() == 1 {
            let norm = first + 1;
            fit.fillings[norm + NORM_BIAS] =
                Some(bias.map_or(Filling::Constant(0.0), Filling::Tensor));
        }
    }

    /// Makes normalizations that change nothing but by the bias that they may have already.
    fn fill_norms(&self, fit: &mut Fit) {
        let mut number = 0;
        for (place, slot) in self.slots.slots.iter().enumerate() {
            let Some(epsilon) = slot.epsilon else {
                number = 0;
                continue;
            };
            let constants = [1.0, 0.0, 0.0, (1.0 - epsilon) as f32];
            fit.fillings[place].get_or_insert(Filling::Constant(constants[number % 4]));
            number += 1;
        }
        // A convolution with a bias of its own that was exported without one.
        for (place, slot) in self.slots.slots.iter().enumerate() {
            if slot.epsilon.is_none() && !slot.layer.in_classifier {
                fit.fillings[place].get_or_insert(Filling::Constant(0.0));
            }
        }
    }
}

/// Which of a normalization's tensors is its bias.
const NORM_BIAS: usize = 1;

/// Inputs that were summed or only handed on, in any order; those that were joined, in theirs.
fn sorted_as(layers: &[usize], operations: &[String]) -> Vec<usize> {
    let mut layers = layers.to_vec();
    if !operations.iter().any(|operation| operation == crate::source::graph::CONCATENATE) {
        layers.sort_unstable();
    }
    layers
}
