//! Pixels in, features out: a backbone with its weights, computed by one of two engines.
//!
//! [`EngineRequest::choose`] finds the engine for a backbone and its taps, and [`Choice::load`] puts the
//! weights into it. All that knows libtorch lies in the folder `libtorch`, behind the feature of that
//! name; the engine `winograd` needs none.

mod choice;
mod engine;
mod error;
#[cfg(feature = "libtorch")]
pub mod libtorch;
mod precision;
pub mod winograd;

pub use choice::{Choice, ChoiceError, EngineRequest, NeedsLibtorch};
pub use engine::Engine;
pub use error::{DeviceError, EngineError};
pub use precision::{Precision, UnknownPrecision};
