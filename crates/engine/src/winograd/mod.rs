//! The engine that needs no libtorch: the bases of the VGG networks, on the CPU, several times as
//! fast.

mod chain;
mod engine;
mod folded;
mod pool;

pub(crate) use chain::chain;
pub use chain::{Chain, NotAChain};
pub(crate) use engine::Winograd;

/// Name of this engine in the provenance of features.
pub(crate) const NAME: &str = "winograd";
