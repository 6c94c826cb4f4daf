//! What turns pixels into features, and its implementations.

mod choice;
#[cfg(feature = "libtorch")]
pub mod libtorch;
mod precision;
pub mod winograd;

use std::cell::LazyCell;
use std::time::Duration;

use preprocess::Rgb;

pub use choice::{Choice, ChoiceError, EngineRequest};
pub use precision::{Precision, UnknownPrecision};

/// What turns pixels into features. A run knows no more of it than this, so that it can be tried out
/// with an engine that costs nothing. It works in a thread of its own, beside others of its kind.
pub trait Engine: Send {
    /// Features of a batch of images of one size, at least one: for each tap the rows
    /// [n_images, n_features], row-major. A row depends on its own image only.
    fn forward(&mut self, images: &[Rgb]) -> Vec<Vec<f32>>;

    /// How much of the time in [`forward`](Self::forward) so far went into moving pixels and features,
    /// rather than into computing; zero where it is not told apart.
    fn copying(&self) -> Duration {
        Duration::ZERO
    }
}

impl<E: Engine + ?Sized> Engine for Box<E> {
    fn forward(&mut self, images: &[Rgb]) -> Vec<Vec<f32>> {
        E::forward(self, images)
    }

    fn copying(&self) -> Duration {
        E::copying(self)
    }
}

/// An engine that is made when the first image needs it, which may be never.
impl<E: Engine, F: FnOnce() -> E + Send> Engine for LazyCell<E, F> {
    fn forward(&mut self, images: &[Rgb]) -> Vec<Vec<f32>> {
        Self::force_mut(self).forward(images)
    }

    fn copying(&self) -> Duration {
        Self::get(self).map_or(Duration::ZERO, E::copying)
    }
}
