//! Every backbone against torchvision's and timm's networks at every module (`reference`), fewer bits and networks
//! side by side (`precision`), the errors of libtorch (`failures`), the presets that backbones name (`presets`).

#![cfg(test)]

#[cfg(feature = "libtorch")]
mod failures;
mod generated;
#[cfg(feature = "libtorch")]
mod precision;
mod presets;
mod reference;
