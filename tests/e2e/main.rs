//! The programs end to end, as their users run them, with the real ImageNet weights.
//!
//! - `reference_features`: features against PyTorch's, from the same pixels and from the same files.
//! - `preset_flags`: preprocessing as the command line asks for it.
//! - `stamps`: features and classes of a hundred real pictures against PyTorch and timm.
//! - `classify`: what `extract classify` says and refuses.
//! - `line`: images to cache to heads to predictions, and what stands in between.
//! - `bad_input`: message and exit code for what goes wrong.
//! - `demo_images`: where the demo's pictures come from.
//! - `faults`: killed, interrupted, starved and disturbed runs lose nothing.
//! - `retrieval`: queries of a benchmark, from its layout to their scores.
//! - `h5py`: the cache as Python reads it.
//! - `hints`: options that make features equal, taken at their word.
//! - `engines`: what two engines may share.
//! - `manual`: completions and manual pages leave nothing out.
//! - `views`: several views of each image.
//! - `serve`: the page and the service of a head.
//! - `exports`: heads as ONNX Runtime and numpy read them; `whole_models`: likewise, with their networks.
//! - `network_reference`: networks as ONNX models against torchvision and timm.

#![cfg(test)]

mod bad_input;
mod classify;
mod classify_with_head;
#[cfg(unix)]
mod demo_images;
mod engines;
mod exports;
#[cfg(target_os = "linux")]
mod faults;
/// Weights and pixels that the reference of the engines was computed on.
#[path = "../../crates/engine/tests/generated.rs"]
mod generated;
mod h5py;
mod hints;
mod line;
mod manual;
mod network_reference;
mod preset_flags;
mod programs;
mod python;
mod reference_features;
mod retrieval;
mod serve;
mod stamps;
mod tree;
mod views;
mod whole_models;
