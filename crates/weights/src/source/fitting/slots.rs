//! The places that a backbone has for tensors, and their names.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use backbone::{Backbone, Layer, Operation, Parameter};

use super::Naming;

/// PyTorch's count of the batches that a normalization was trained on: no weight.
const BATCH_COUNTER: &str = "num_batches_tracked";

/// A place for a tensor.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    pub(super) layer: &'a Layer,
    pub(super) parameter: Parameter,
    /// The batch normalization of which it is, if it is of one: its epsilon.
    pub(super) epsilon: Option<f64>,
    /// Whether it may also come with two dimensions, [outputs, inputs * height * width].
    may_be_flat: bool,
}

/// All places of a backbone, in the order of [`Backbone::parameters`].
#[derive(Debug)]
pub(super) struct Slots<'a> {
    pub(super) backbone: &'a Backbone,
    pub(super) slots: Vec<Slot<'a>>,
    /// Which place a name means, and whose name it is.
    names: HashMap<String, (usize, Naming)>,
    counters: HashSet<String>,
    /// What the names of layers before the classifier begin with, see [`stem`].
    stems: HashSet<String>,
}

impl<'a> Slots<'a> {
    pub(super) fn new(backbone: &'a Backbone) -> Self {
        let (slots, names) = (Vec::new(), HashMap::new());
        let (counters, stems) = (HashSet::new(), HashSet::new());
        let mut all = Self { backbone, slots, names, counters, stems };
        for operation in backbone.nodes.iter().map(|node| &node.operation) {
            if let Some(layer) = operation.layer() {
                all.add(operation, layer);
            }
        }
        all
    }

    fn add(&mut self, operation: &'a Operation, layer: &'a Layer) {
        let (epsilon, is_dense) = match operation {
            Operation::BatchNorm(norm) => (Some(norm.epsilon), false),
            Operation::Convolution(convolution) => (None, convolution.dense),
            _ => (None, false),
        };
        let first = self.slots.len();
        for parameter in operation.parameters() {
            let may_be_flat = is_dense && parameter.shape.len() == 4;
            self.slots.push(Slot { layer, parameter, epsilon, may_be_flat });
        }
        for (name, naming) in names_of(layer) {
            for (number, slot) in self.slots.iter().enumerate().skip(first) {
                self.names.insert(format!("{name}.{}", slot.parameter.suffix), (number, naming));
            }
            if epsilon.is_some() {
                self.counters.insert(format!("{name}.{BATCH_COUNTER}"));
            }
            if !layer.in_classifier {
                self.stems.insert(stem(name));
            }
        }
    }

    /// The place that `name` means, and whose name it is.
    pub(super) fn named(&self, name: &str) -> Option<(usize, Naming)> {
        self.names.get(name).copied()
    }

    /// Whether `name` is that of a counter, which is no weight.
    pub(super) fn is_counter(&self, name: &str) -> bool {
        self.counters.contains(name)
    }

    /// Whether a tensor belongs to a part of the network that only training uses.
    pub(super) fn is_auxiliary(&self, name: &str) -> bool {
        let below = |module: &String| name.strip_prefix(module.as_str());
        self.backbone.auxiliary.iter().filter_map(below).any(|rest| rest.starts_with('.'))
    }

    /// Whether a tensor that has no place here is called as if it lay in the middle of the network, as those of a
    /// deeper one do: without it, it would be another network.
    pub(super) fn is_inside(&self, name: &str) -> bool {
        self.stems.contains(&stem(name))
    }

    /// Whether Keras has names for the layers.
    pub(super) fn are_in_keras(&self) -> bool {
        self.slots.iter().any(|slot| slot.layer.keras.is_some())
    }

    /// How many components the longest name has.
    pub(super) fn depth(&self) -> usize {
        let components = |name: &String| name.matches('.').count() + 1;
        self.names.keys().map(components).max().unwrap_or(0)
    }

    /// How many places there are before the classifier.
    pub(super) fn n_needed(&self) -> usize {
        self.slots.iter().filter(|slot| !slot.layer.in_classifier).count()
    }

    /// The places of each layer of the classifier, in the order of the network. The last layer gives the classes.
    pub(super) fn classifier(&self) -> Vec<Range<usize>> {
        let mut layers: Vec<Range<usize>> = Vec::new();
        for (number, slot) in self.slots.iter().enumerate().filter(|(_, s)| s.layer.in_classifier) {
            match layers.last_mut() {
                Some(layer) if self.slots[layer.start].layer.name == slot.layer.name => {
                    layer.end = number + 1;
                }
                _ => layers.push(number..number + 1),
            }
        }
        layers
    }
}

impl Slot<'_> {
    /// Its name in a weight file.
    pub(super) fn name(&self) -> String {
        self.parameter.name_in(self.layer)
    }

    /// The shape in a weight file, where the layer gives `n_outputs` instead of its own number of outputs.
    pub(super) fn shape(&self, n_outputs: Option<usize>) -> Vec<usize> {
        let mut shape = self.parameter.shape.clone();
        shape[0] = n_outputs.unwrap_or(shape[0]);
        shape
    }

    /// Whether a tensor of that shape may stand there.
    pub(super) fn accepts(&self, shape: &[usize], n_outputs: Option<usize>) -> bool {
        let expected = self.shape(n_outputs);
        let flat = || [expected[0], expected[1..].iter().product()];
        shape == expected || self.may_be_flat && shape == flat()
    }
}

/// The names of a layer, each with whose it is.
fn names_of(layer: &Layer) -> impl Iterator<Item = (&str, Naming)> {
    let naming = |name: &String| {
        let is_ours = layer.keras.is_some() && *name == layer.name;
        let is_keras = is_ours || layer.keras.as_ref() == Some(name);
        if is_keras { Naming::Keras } else { Naming::Torchvision }
    };
    let names =
        [Some(&layer.name), Some(&layer.module), layer.alias.as_ref(), layer.keras.as_ref()];
    names.into_iter().flatten().map(move |name| (name.as_str(), naming(name)))
}

/// The first component of a name without its digits: `layer` of `layer3.0.conv1.weight`, `block_conv` of
/// `block5_conv3.bias`.
fn stem(name: &str) -> String {
    let first = name.split('.').next().unwrap_or(name);
    first.chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deeper_network_has_something_inside() {
        let resnet18 = Backbone::named("resnet18").unwrap();
        let slots = Slots::new(&resnet18);
        assert!(slots.named("layer1.2.conv1.weight").is_none());
        assert!(slots.is_inside("layer1.2.conv1.weight") && slots.is_inside("bn2.weight"));
        assert!(!slots.is_inside("fc.0.weight") && !slots.is_inside("projector.0.weight"));
        let vgg16 = Backbone::named("vgg16").unwrap();
        let slots = Slots::new(&vgg16);
        assert!(slots.is_inside("block5_conv4.bias") && !slots.is_inside("dense_1.bias"));
        assert_eq!(slots.named("fc1.bias").unwrap().1, Naming::Keras);
        assert_eq!(slots.named("classifier.0.bias").unwrap().1, Naming::Torchvision);
        assert_eq!(slots.classifier().len(), 3);
    }
}
