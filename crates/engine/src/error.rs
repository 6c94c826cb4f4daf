//! Why an engine gave no features.

use std::fmt;

/// A device failed, or what drives it: above all, it ran out of memory. A bug of ours panics instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineError {
    /// Name of the engine: `libtorch`.
    pub engine: &'static str,
    /// Where it worked: `cpu`, or `cuda:N`.
    pub device: String,
    /// Images in the batch that it worked on; none where it was still loading its network.
    pub n_images: Option<usize>,
    /// Whether the device had too little memory left.
    pub is_out_of_memory: bool,
    /// What it says itself, in one line.
    pub message: String,
}

impl std::error::Error for EngineError {}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { engine, device, n_images, is_out_of_memory, message } = self;
        let failed = if *is_out_of_memory { "ran out of memory" } else { "failed" };
        write!(f, "the engine `{engine}` {failed} on `{device}`, ")?;
        match n_images {
            Some(n_images) => write!(f, "with a batch of {n_images}: {message}"),
            None => write!(f, "loading its network: {message}"),
        }
    }
}
