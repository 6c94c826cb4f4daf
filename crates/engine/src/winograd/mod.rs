//! The engine that needs no libtorch: the bases of the VGG networks, on the CPU, several times as
//! fast.

mod chain;
mod engine;
mod folded;
mod pool;

pub use chain::{Chain, NotAChain, chain};
pub use engine::Winograd;

/// Name of this engine in the provenance of features.
pub const NAME: &str = "winograd";
