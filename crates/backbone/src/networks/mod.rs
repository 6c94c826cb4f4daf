//! The networks that are known by name, a file for each family.

mod alexnet;
mod efficientnet_lite0;
mod inception_v3;
mod known;
mod mobilenet_v2;
mod resnet;
mod vgg;

pub use known::{UnknownBackbone, backbones};
