//! Collects a backbone's tensors from a source, and says what does not fit.

use super::part::{Part, tensor_names};
use super::tensor::{Tensor, Tensors};
use crate::backbone::{Backbone, Convolution};

/// The fully connected layers on top of the convolutions, as Keras and torchvision call them. They
/// belong to the published files and not to the convolutional part, so they are left out.
const CLASSIFIER_LAYERS: [&str; 4] = ["fc1", "fc2", "predictions", "classifier"];

/// Why a set of tensors is not the weights of a backbone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TensorError {
    /// A tensor of the backbone is not there.
    #[error("tensor `{name}` is missing")]
    Missing {
        /// Its name in a converted file.
        name: String,
    },
    /// A tensor is neither the backbone's nor one of the classifier's on top of it.
    #[error("tensor `{name}` does not belong to the backbone")]
    Extra {
        /// Its name in the source.
        name: String,
    },
    /// Two tensors of the source claim the same place.
    #[error("tensor `{source_name}` is a second `{name}`")]
    Repeated {
        /// The tensor's name in a converted file.
        name: String,
        /// The later tensor's name in the source.
        source_name: String,
    },
    /// A tensor has another shape than the backbone's.
    #[error("tensor `{name}` has shape {got:?}, expected {expected:?}")]
    Misshapen {
        /// Its name in the source.
        name: String,
        /// The backbone's shape.
        expected: Vec<usize>,
        /// The shape found, dimensions in the same order.
        got: Vec<usize>,
    },
    /// A tensor is not of type `f32`. Rounding or widening would make other weights of it, so
    /// nothing is converted silently.
    #[error(
        "tensor `{name}` holds `{got}`, expected `float32`\nhint: save the weights as float32 first"
    )]
    DataType {
        /// Its name in the source.
        name: String,
        /// The type found, as the source's format calls it.
        got: String,
    },
    /// A tensor holds more or fewer values than its shape says.
    #[error("tensor `{name}` holds {got} values, its shape asks for {expected}")]
    Length {
        /// Its name in the source.
        name: String,
        /// The product of its shape.
        expected: usize,
        /// The number of values found.
        got: usize,
    },
}

/// How the layers of a source are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// Keras: `block1_conv1`.
    Keras,
    /// torchvision: `features.0`.
    Torchvision,
}

impl Naming {
    /// The preprocessing that weights published under such names expect.
    pub(super) fn preset(self) -> &'static str {
        match self {
            Self::Keras => "keras",
            Self::Torchvision => "torchvision",
        }
    }
}

/// The tensors of one backbone, as far as they have been found.
#[derive(Debug)]
pub(super) struct Assembly<'a> {
    backbone: &'a Backbone,
    tensors: Tensors,
    skipped: Vec<String>,
    naming: Naming,
}

/// A backbone's tensors, complete.
#[derive(Debug)]
pub(super) struct Assembled {
    /// Every tensor of the backbone and no other.
    pub(super) tensors: Tensors,
    /// Names of what the source has besides, in its order.
    pub(super) skipped: Vec<String>,
    /// How the source calls the layers.
    pub(super) naming: Naming,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(backbone: &'a Backbone) -> Self {
        Self { backbone, tensors: Tensors::new(), skipped: Vec::new(), naming: Naming::Keras }
    }

    pub(super) fn backbone(&self) -> &'a Backbone {
        self.backbone
    }

    /// The convolution with that layer name, if there is one.
    pub(super) fn convolution(&self, name: &str) -> Option<&'static Convolution> {
        self.backbone.convolutions().find(|convolution| convolution.name == name)
    }

    /// Whether `name` is a layer on top of the backbone, or a tensor of one.
    pub(super) fn is_classifier(name: &str) -> bool {
        CLASSIFIER_LAYERS.contains(&name.split('.').next().unwrap_or(name))
    }

    /// Leaves a tensor of the source out and remembers that it was there.
    pub(super) fn skip(&mut self, source_name: &str) {
        self.skipped.push(source_name.to_owned());
    }

    /// The place of a tensor with a full name, `block1_conv1.weight` or `features.0.weight`.
    ///
    /// `None` when there is no such place. Remembers which of the two namings the source has.
    pub(super) fn locate(&mut self, source_name: &str) -> Option<(&'static Convolution, Part)> {
        let (layer, suffix) = source_name.rsplit_once('.')?;
        let part = Part::BOTH.into_iter().find(|part| part.suffix() == suffix)?;
        if let Some(convolution) = self.convolution(layer) {
            return Some((convolution, part));
        }
        let convolution =
            self.backbone.convolutions().find(|convolution| convolution.torchvision == layer)?;
        self.naming = Naming::Torchvision;
        Some((convolution, part))
    }

    /// Puts a tensor of the source in its place, reading its values only when its shape fits.
    ///
    /// `shape` is in the order of a converted file (OIHW), as are the values that `read` yields.
    pub(super) fn place<E: From<TensorError>>(
        &mut self,
        (convolution, part): (&Convolution, Part),
        source_name: &str,
        shape: &[usize],
        read: impl FnOnce() -> Result<Vec<f32>, E>,
    ) -> Result<(), E> {
        let name = part.tensor_name(convolution);
        let expected = part.tensor_shape(convolution);
        if shape != expected {
            let name = source_name.to_owned();
            return Err(TensorError::Misshapen { name, expected, got: shape.to_vec() }.into());
        }
        if self.tensors.contains_key(&name) {
            let source_name = source_name.to_owned();
            return Err(TensorError::Repeated { name, source_name }.into());
        }
        let values = read()?;
        let length = expected.iter().product();
        if values.len() != length {
            let name = source_name.to_owned();
            return Err(TensorError::Length { name, expected: length, got: values.len() }.into());
        }
        self.tensors.insert(name, Tensor::new(expected, values));
        Ok(())
    }

    /// Places a tensor whose full name says where it belongs.
    ///
    /// A tensor of the classifier is skipped, any other unknown one refused.
    pub(super) fn place_by_name<E: From<TensorError>>(
        &mut self,
        source_name: &str,
        shape: &[usize],
        read: impl FnOnce() -> Result<Vec<f32>, E>,
    ) -> Result<(), E> {
        match self.locate(source_name) {
            Some(place) => self.place(place, source_name, shape, read),
            None if Self::is_classifier(source_name) => {
                self.skip(source_name);
                Ok(())
            }
            None => Err(TensorError::Extra { name: source_name.to_owned() }.into()),
        }
    }

    /// The tensors, if all are there.
    pub(super) fn finish(self) -> Result<Assembled, TensorError> {
        for name in tensor_names(self.backbone) {
            if !self.tensors.contains_key(&name) {
                return Err(TensorError::Missing { name });
            }
        }
        Ok(Assembled { tensors: self.tensors, skipped: self.skipped, naming: self.naming })
    }
}
