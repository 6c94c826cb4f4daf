//! Every backbone against torchvision's and timm's networks, at every module.

mod generated;
mod reference;
mod tensors;
