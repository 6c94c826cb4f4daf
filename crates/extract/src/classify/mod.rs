//! The pretrained network as it is: which of ImageNet's classes an image shows.
//!
//! The classifier is the one that the weights were trained with, so its 1000 classes are ImageNet's. Of another number
//! of classes the names are not known.

mod class_names;
mod images;

pub use class_names::{ClassName, imagenet_1k};
pub use images::{ClassifiedImage, ClassifyError, ClassifyRequest, Guess, classify};
