//! Taps: which activations are read, and how a map of them becomes a vector.

mod error;
mod place;
mod pooling;

pub use error::TapError;
pub use place::Tap;
pub use pooling::Pooling;
