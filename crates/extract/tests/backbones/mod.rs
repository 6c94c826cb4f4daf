//! Every backbone against torchvision's and timm's networks, at every module.

#[cfg(feature = "libtorch")]
mod failures;
mod generated;
#[cfg(feature = "libtorch")]
mod precision;
mod reference;
mod tensors;
