//! Collects a backbone's tensors from a source, and says what does not fit.

use std::collections::HashMap;

use backbone::weights::{Tensor, TensorError, Tensors};
use backbone::{Backbone, Layer, Operation, Parameter};

use super::error::SourceError;
use super::limits::OTHER_TENSORS;

/// The fully connected layers on top of a network, as Keras and torchvision call them.
const CLASSIFIER_LAYERS: [&str; 5] = ["fc1", "fc2", "predictions", "classifier", "fc"];

/// PyTorch's count of the batches that a normalization was trained on: no weight.
const BATCH_COUNTER: &str = "num_batches_tracked";

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
    /// They are taken, and must fit.
    Keep,
    /// They are left out, whatever they are.
    LeaveOut,
}

/// The tensors of one backbone, as far as they have been found.
#[derive(Debug)]
pub(super) struct Assembly<'a> {
    backbone: &'a Backbone,
    /// Operations by every name of their layers.
    places: HashMap<&'a str, (&'a Operation, &'a Layer)>,
    classifier: Classifier,
    tensors: Tensors,
    skipped: Vec<String>,
    naming: Naming,
}

/// What a source has of a backbone's tensors.
#[derive(Debug)]
pub(crate) struct Assembled {
    /// The tensors found, by their names in a weight file.
    pub(crate) tensors: Tensors,
    /// Names of what the source has besides, in its order.
    pub(crate) skipped: Vec<String>,
    /// How the source calls the layers.
    pub(crate) naming: Naming,
}

/// Where a tensor belongs.
#[derive(Debug)]
pub(super) struct Place<'a> {
    layer: &'a Layer,
    parameter: Parameter,
    /// Whether it may also come with two dimensions, [outputs, inputs * height * width].
    may_be_flat: bool,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(backbone: &'a Backbone, classifier: Classifier) -> Self {
        let mut places = HashMap::new();
        let mut naming = Naming::Torchvision;
        for operation in backbone.nodes.iter().map(|node| &node.operation) {
            let Some(layer) = operation.layer() else { continue };
            if layer.keras.is_some() {
                naming = Naming::Keras;
            }
            let names = [Some(&layer.name), Some(&layer.module), layer.alias.as_ref()];
            for name in names.into_iter().flatten() {
                places.insert(name.as_str(), (operation, layer));
            }
        }
        let (tensors, skipped) = (Tensors::new(), Vec::new());
        // Without a classifier of its own, a backbone leaves that of the source out.
        let has_one = places.values().any(|(_, layer)| layer.in_classifier);
        let classifier = if has_one { classifier } else { Classifier::LeaveOut };
        Self { backbone, places, classifier, tensors, skipped, naming }
    }

    pub(super) fn backbone(&self) -> &'a Backbone {
        self.backbone
    }

    /// The layers for which Keras has a name, each with it.
    pub(super) fn keras_layers(&self) -> impl Iterator<Item = (&'a str, &'a Operation)> + use<'a> {
        let operations = self.backbone.nodes.iter().map(|node| &node.operation);
        operations.filter_map(|operation| Some((operation.layer()?.keras.as_deref()?, operation)))
    }

    /// Whether `name`, a layer of a source or a tensor of one, belongs to a classifier that is to be
    /// left out.
    pub(super) fn leaves_out(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        self.classifier == Classifier::LeaveOut && CLASSIFIER_LAYERS.contains(&first)
    }

    /// Leaves a tensor of the source out and remembers that it was there.
    pub(super) fn skip(&mut self, source_name: &str) -> Result<(), SourceError> {
        if self.skipped.len() == OTHER_TENSORS {
            return Err(SourceError::OtherTensors { limit: OTHER_TENSORS });
        }
        self.skipped.push(source_name.to_owned());
        Ok(())
    }

    /// The place of a tensor with a full name, `block1_conv1.weight` or `features.0.weight`.
    ///
    /// `None` when there is no such place. Remembers which of the two namings the source has.
    pub(super) fn locate(&mut self, source_name: &str) -> Option<Place<'a>> {
        let (layer_name, suffix) = source_name.rsplit_once('.')?;
        let &(operation, layer) = self.places.get(layer_name)?;
        let place = Place::of(operation, |parameter| parameter.suffix == suffix)?;
        if layer.name != layer_name {
            self.naming = Naming::Torchvision;
        }
        Some(place)
    }

    /// Puts a tensor of the source in its place, reading its values only when its shape fits.
    ///
    /// `shape` is in the order of a weight file (OIHW), as are the values that `read` yields.
    pub(super) fn place(
        &mut self,
        place: &Place<'_>,
        source_name: &str,
        shape: &[usize],
        read: impl FnOnce() -> Result<Vec<f32>, SourceError>,
    ) -> Result<(), SourceError> {
        if place.layer.in_classifier && self.classifier == Classifier::LeaveOut {
            return self.skip(source_name);
        }
        let name = place.parameter.name_in(place.layer);
        let expected = place.parameter.shape.clone();
        if !place.accepts(shape) {
            let (name, got) = (source_name.to_owned(), shape.to_vec());
            return Err(if place.layer.in_classifier {
                SourceError::MisshapenClassifier { name, expected, got }
            } else {
                TensorError::Misshapen { name, expected, got }.into()
            });
        }
        if self.tensors.contains_key(&name) {
            return Err(SourceError::Repeated { name, source_name: source_name.to_owned() });
        }
        let values = read()?;
        let length = place.parameter.len();
        if values.len() != length {
            let name = source_name.to_owned();
            return Err(SourceError::Length { name, expected: length, got: values.len() });
        }
        self.tensors.insert(name, Tensor::new(expected, values));
        Ok(())
    }

    /// Places a tensor whose full name says where it belongs.
    ///
    /// What only training uses is skipped, as is a classifier that is to be left out; any other
    /// unknown tensor is refused.
    pub(super) fn place_by_name(
        &mut self,
        source_name: &str,
        shape: &[usize],
        read: impl FnOnce() -> Result<Vec<f32>, SourceError>,
    ) -> Result<(), SourceError> {
        if let Some((layer, BATCH_COUNTER)) = source_name.rsplit_once('.')
            && self.places.contains_key(layer)
        {
            return Ok(());
        }
        if self.leaves_out(source_name) || self.is_auxiliary(source_name) {
            return self.skip(source_name);
        }
        match self.locate(source_name) {
            Some(place) => self.place(&place, source_name, shape, read),
            None => Err(TensorError::Extra { name: source_name.to_owned() }.into()),
        }
    }

    /// Whether a tensor belongs to a part of the network that only training uses.
    fn is_auxiliary(&self, name: &str) -> bool {
        let modules = &self.backbone.auxiliary;
        modules
            .iter()
            .any(|module| name.strip_prefix(module.as_str()).is_some_and(|r| r.starts_with('.')))
    }

    /// What was found, which may be less than all.
    pub(super) fn finish(self) -> Assembled {
        Assembled { tensors: self.tensors, skipped: self.skipped, naming: self.naming }
    }
}

impl<'a> Place<'a> {
    /// The first parameter of `operation` that `is_it`.
    pub(super) fn of(operation: &'a Operation, is_it: impl Fn(&Parameter) -> bool) -> Option<Self> {
        let layer = operation.layer()?;
        let parameter = operation.parameters().into_iter().find(is_it)?;
        let may_be_flat = is_dense(operation) && parameter.shape.len() == 4;
        Some(Self { layer, parameter, may_be_flat })
    }

    /// A convolution's kernel, or its bias, by the number of dimensions: for formats in which the
    /// names of the two vary.
    pub(super) fn of_rank(operation: &'a Operation, rank: usize) -> Option<Self> {
        let rank = if rank == 2 && is_dense(operation) { 4 } else { rank };
        Self::of(operation, |parameter| parameter.shape.len() == rank)
    }

    /// The shape in a converted file.
    pub(super) fn shape(&self) -> &[usize] {
        &self.parameter.shape
    }

    fn accepts(&self, shape: &[usize]) -> bool {
        let expected = &self.parameter.shape;
        let flat = || [expected[0], expected[1..].iter().product()];
        shape == expected || self.may_be_flat && shape == flat()
    }
}

fn is_dense(operation: &Operation) -> bool {
    matches!(operation, Operation::Convolution(convolution) if convolution.dense)
}
