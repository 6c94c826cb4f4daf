//! Heads for other programs.
//!
//! | target | what it is |
//! |---|---|
//! | `onnx` | features in; label, scores and probabilities out, for ONNX Runtime and its like: [`onnx`] |
//! | `npz` | the arrays, for numpy and scikit-learn: [`npz`] |
//! | `safetensors` | the head file as it is: [`head_file`](crate::head_file) |
//!
//! The same head gives the same bytes.

mod npz;
mod onnx;

use heads::Head;

use crate::head_file::{SavedHead, head_bytes};
use crate::spec::HeadSpec;

/// What a head is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A model for ONNX Runtime and its like, transform included.
    Onnx,
    /// Arrays for numpy and scikit-learn.
    Npz,
    /// The head file as it is.
    Safetensors,
}

/// A head that there is no way to write for another program.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("`{spec}` has no {target} form, which is for {suits}")]
pub struct ExportError {
    /// The head.
    pub spec: HeadSpec,
    /// What was asked for.
    pub target: &'static str,
    /// Which heads have it.
    pub suits: &'static str,
}

/// The bytes of `head` as `target`.
///
/// # Errors
/// [`ExportError`] for NPZ of heads that are not linear, and ONNX of those that are no networks either.
pub fn export(head: &SavedHead, target: Target) -> Result<Vec<u8>, ExportError> {
    let spec = head.description.spec.clone();
    match (target, &head.pipeline.head) {
        (Target::Safetensors, _) => Ok(head_bytes(head)),
        (Target::Npz, Head::Linear(linear)) => Ok(npz::archive_bytes(head, linear)),
        (Target::Npz, _) => Err(ExportError { spec, target: "NPZ", suits: "linear heads" }),
        (Target::Onnx, _) => onnx::model_bytes(head).ok_or(ExportError {
            spec,
            target: "ONNX",
            suits: "linear heads and networks",
        }),
    }
}
