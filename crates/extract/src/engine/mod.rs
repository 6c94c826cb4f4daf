//! What turns pixels into features, and its implementations.

mod choice;
#[cfg(feature = "libtorch")]
pub mod libtorch;
pub mod winograd;

use std::cell::LazyCell;

use preprocess::Rgb;

pub use choice::{Choice, ChoiceError, EngineRequest};

/// What turns pixels into features. A run knows no more of it than this, so that it can be tried out
/// with an engine that costs nothing.
pub trait Engine {
    /// Features of a batch of images of one size, at least one: for each tap the rows
    /// [n_images, n_features], row-major. A row depends on its own image only.
    fn forward(&self, images: &[Rgb]) -> Vec<Vec<f32>>;
}

impl Engine for Box<dyn Engine> {
    fn forward(&self, images: &[Rgb]) -> Vec<Vec<f32>> {
        self.as_ref().forward(images)
    }
}

/// An engine that is made when the first image needs it, which may be never.
impl<E: Engine, F: FnOnce() -> E> Engine for LazyCell<E, F> {
    fn forward(&self, images: &[Rgb]) -> Vec<Vec<f32>> {
        E::forward(self, images)
    }
}
