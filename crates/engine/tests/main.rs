//! Every backbone against torchvision's and timm's networks, at every module.

#![cfg(test)]

#[cfg(feature = "libtorch")]
mod failures;
mod generated;
#[cfg(feature = "libtorch")]
mod precision;
mod presets;
mod reference;
