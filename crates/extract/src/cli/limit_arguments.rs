//! What image files may ask for.

use clap::Args;
use preprocess::{Limits, MAX_BYTES, MAX_PIXELS};

/// Limits against files that are made to exhaust memory.
#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArguments {
    /// Do not decode images of more pixels; decoding one takes up to 16 bytes a pixel in each thread
    #[arg(long, value_name = "N", default_value_t = MAX_PIXELS)]
    max_pixels: u64,
    /// Do not read files of more bytes
    #[arg(long, value_name = "N", default_value_t = MAX_BYTES)]
    max_bytes: u64,
}

impl LimitArguments {
    pub(crate) fn limits(&self) -> Limits {
        Limits { max_pixels: self.max_pixels, max_bytes: self.max_bytes }
    }
}
