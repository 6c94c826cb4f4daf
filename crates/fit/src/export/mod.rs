//! Heads for other programs.
//!
//! | target | what it is |
//! |---|---|
//! | `onnx` | features in; label, scores and probabilities out, for ONNX Runtime and its like: [`onnx`] |
//! | `npz` | the arrays, for numpy and scikit-learn: [`npz`] |
//! | `safetensors` | the head file as it is: [`head_file`](crate::head_file) |
//!
//! The same head gives the same bytes.

pub mod npz;
pub mod onnx;

use crate::head_file::{SavedHead, head_bytes};

/// What a head is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// A model for ONNX Runtime and its like, transform included
    Onnx,
    /// Arrays for numpy and scikit-learn
    Npz,
    /// The head file as it is
    Safetensors,
}

/// The bytes of `head` as `target`.
pub fn export(head: &SavedHead, target: Target) -> Vec<u8> {
    match target {
        Target::Onnx => onnx::model_bytes(head),
        Target::Npz => npz::archive_bytes(head),
        Target::Safetensors => head_bytes(head),
    }
}
