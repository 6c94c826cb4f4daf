//! A backbone's tensors, found in a list.

use std::sync::Arc;

use backbone::Backbone;
use backbone::weights::{Tensor, TensorError, Tensors};

use super::slots::Slots;
use super::{Classifier, Container, Listing, Naming, Wanted, fit};
use crate::source::container::Writer;
use crate::source::error::SourceError;

/// How layers were recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By their names.
    Names,
    /// By the order in which they stand in the file, and their shapes.
    Order,
    /// By the graph of the model: what each computes, and what its input is made of.
    Graph {
        /// Whether batch normalizations were folded into convolutions there. They become such that change nothing.
        folded: bool,
    },
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Filling {
    /// A tensor of the list.
    Tensor(usize),
    /// The same number everywhere.
    Constant(f32),
}

/// What a list has of a backbone under one prefix.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::source) struct Fit {
    /// What the names begin with, without the dot behind it.
    pub(super) prefix: String,
    pub(super) way: Way,
    /// How the layers are called; `None` where that is not known.
    pub(super) naming: Option<Naming>,
    /// What stands at each place.
    pub(super) fillings: Vec<Option<Filling>>,
    /// The other tensors of the list.
    pub(super) left_out: Vec<usize>,
    /// How many tensors of the list belong to the backbone.
    pub(super) n_belonging: usize,
    /// How many tensors have the prefix.
    pub(super) n_below: usize,
    /// The number of classes, where it is another than the backbone's.
    pub(super) n_classes: Option<usize>,
    /// What does not fit.
    pub(super) problems: Vec<TensorError>,
}

impl Fit {
    pub(super) fn new(prefix: &str, slots: &Slots<'_>, way: Way) -> Self {
        Self {
            prefix: prefix.to_owned(),
            way,
            naming: None,
            fillings: vec![None; slots.slots.len()],
            left_out: Vec::new(),
            n_belonging: 0,
            n_below: 0,
            n_classes: None,
            problems: Vec::new(),
        }
    }

    /// What a user calls the network.
    pub(super) fn entry(&self) -> String {
        if self.prefix.is_empty() { TOP.to_owned() } else { self.prefix.clone() }
    }

    /// Whether `other` has all that this has, and more.
    pub(super) fn is_part_of(&self, other: &Self) -> bool {
        let mut places = self.fillings.iter().zip(&other.fillings);
        self.fillings != other.fillings
            && places.all(|(here, there)| here.is_none() || here == there)
    }

    /// The tensor of the list at a place.
    pub(super) fn tensor(&self, place: usize) -> Option<usize> {
        match self.fillings[place] {
            Some(Filling::Tensor(index)) => Some(index),
            _ => None,
        }
    }

    /// Leaves out what does not fit of the classifier, layer by layer. The last one may have other classes.
    pub(super) fn settle_classifier(&mut self, listing: &Listing, slots: &Slots<'_>) {
        let layers = slots.classifier();
        let n_layers = layers.len();
        for (number, places) in layers.into_iter().enumerate() {
            let shape = |place: usize| Some(&listing.tensors[self.tensor(place)?].shape[..]);
            let n_outputs = shape(places.start).and_then(|shape| shape.first().copied());
            let n_classes = n_outputs.filter(|&n| number + 1 == n_layers && n > 0);
            let accepts = |place: usize| {
                shape(place).is_some_and(|shape| slots.slots[place].accepts(shape, n_classes))
            };
            if places.clone().all(accepts) {
                let usual = slots.slots[places.start].parameter.shape[0];
                self.n_classes = n_classes.filter(|&n| n != usual);
                continue;
            }
            for place in places {
                self.left_out.extend(self.tensor(place));
                self.fillings[place] = None;
            }
        }
        self.left_out.sort_unstable();
    }
}

/// How a user writes that nothing stands before the names.
const TOP: &str = ".";

/// Whether `entry`, as a user writes it, means the network with that prefix: all of it, or some components of it.
pub(super) fn is_entry(prefix: &str, entry: &str) -> bool {
    let within = || format!(".{prefix}.").contains(&format!(".{entry}."));
    if entry == TOP { prefix.is_empty() } else { !prefix.is_empty() && within() }
}

/// What a source has of a backbone's tensors.
#[derive(Debug)]
pub(crate) struct Assembled {
    /// The backbone, with as many classes as the source has.
    pub(crate) backbone: Arc<Backbone>,
    /// The tensors found, by their names in a weight file.
    pub(crate) tensors: Tensors,
    /// Names of what the source has besides, in its order.
    pub(crate) skipped: Vec<String>,
    /// How the source calls the layers; `None` where that does not say who prepared the images.
    pub(crate) naming: Option<Naming>,
    /// Which of the networks in the source it is.
    pub(crate) entry: String,
    /// How its layers were recognised.
    pub(crate) way: Way,
    /// How many tensors had to be rounded.
    pub(crate) n_rounded: usize,
}

/// Finds a backbone's tensors and reads their values.
pub(in crate::source) fn assemble(
    container: &mut dyn Container,
    backbone: &Arc<Backbone>,
    wanted: Wanted<'_>,
) -> Result<Assembled, SourceError> {
    let listing = container.list()?;
    let found = fit(&listing, backbone, wanted)?;
    let (tensors, n_rounded) = read(container, &listing, &found, &Slots::new(backbone))?;
    let backbone = match found.n_classes {
        Some(n_classes) => Arc::new(backbone.with_classes(n_classes)),
        None => Arc::clone(backbone),
    };
    let skipped = found.left_out.iter().map(|&index| listing.tensors[index].name.clone());
    let Fit { naming, way, .. } = found;
    let (skipped, entry) = (skipped.collect(), found.prefix);
    Ok(Assembled { backbone, tensors, skipped, naming, entry, way, n_rounded })
}

/// The values of all tensors that were found, and how many of these had to be rounded.
fn read(
    container: &mut dyn Container,
    listing: &Listing,
    found: &Fit,
    slots: &Slots<'_>,
) -> Result<(Tensors, usize), SourceError> {
    let last = slots.classifier().pop().unwrap_or_default();
    let (mut tensors, mut n_rounded) = (Tensors::new(), 0);
    for (place, slot) in slots.slots.iter().enumerate() {
        let Some(filling) = found.fillings[place] else { continue };
        let shape = slot.shape(found.n_classes.filter(|_| last.contains(&place)));
        let expected = shape.iter().product();
        let numbers = match filling {
            Filling::Constant(number) => vec![number; expected].into(),
            Filling::Tensor(index) => container.values(index, &shape)?,
        };
        let got = numbers.values.len();
        if got != expected {
            let name = found
                .tensor(place)
                .map_or_else(String::new, |index| listing.tensors[index].name.clone());
            return Err(SourceError::Length { name, expected, got });
        }
        n_rounded += usize::from(numbers.rounded);
        tensors.insert(slot.name(), Tensor::new(shape, numbers.values));
    }
    Ok((tensors, n_rounded))
}

/// How layers are called in a file in which they were not recognised by their names.
pub(super) fn naming_of(listing: &Listing, slots: &Slots<'_>) -> Option<Naming> {
    match listing.writer {
        Writer::Keras => Some(Naming::Keras),
        Writer::PyTorch => Some(Naming::Torchvision),
        Writer::Unknown => (!slots.are_in_keras()).then_some(Naming::Torchvision),
    }
}

/// Whether a place is left empty on purpose.
pub(super) fn leaves_out(slots: &Slots<'_>, place: usize, classifier: Classifier) -> bool {
    classifier == Classifier::LeaveOut && slots.slots[place].layer.in_classifier
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_named_by_any_of_its_components() {
        let prefix = "checkpoint.teacher.backbone";
        for entry in ["teacher", "checkpoint.teacher.backbone", "teacher.backbone"] {
            assert!(is_entry(prefix, entry), "{entry}");
        }
        for entry in ["teach", "checkpoint.backbone", ".", "student"] {
            assert!(!is_entry(prefix, entry), "{entry}");
        }
        assert!(is_entry("", ".") && !is_entry("", "teacher"));
    }
}
