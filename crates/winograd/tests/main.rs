//! Networks against convolutions as they are defined, in f64.

mod against_definition;
mod layers;
mod reference;
