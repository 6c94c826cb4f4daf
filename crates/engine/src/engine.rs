//! What all engines have in common.

use std::cell::LazyCell;
use std::time::Duration;

use preprocess::Rgb;

use crate::error::EngineError;

/// What turns pixels into features. A run knows no more of it than this, so that it can be tried out
/// with an engine that costs nothing. It works in a thread of its own, beside others of its kind.
pub trait Engine: Send {
    /// Features of a batch of images of one size, at least one: for each tap the rows
    /// [n_images, n_features], row-major. A row depends on its own image only.
    ///
    /// # Errors
    /// When the device fails, or has too little memory for the batch.
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError>;

    /// How much of the time in [`forward`](Self::forward) so far went into moving pixels and features,
    /// rather than into computing; zero where it is not told apart.
    fn copying(&self) -> Duration {
        Duration::ZERO
    }
}

impl<E: Engine + ?Sized> Engine for Box<E> {
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        E::forward(self, images)
    }

    fn copying(&self) -> Duration {
        E::copying(self)
    }
}

/// An engine that is made when the first image needs it, which may be never.
impl<E, F> Engine for LazyCell<Result<E, EngineError>, F>
where
    E: Engine,
    F: FnOnce() -> Result<E, EngineError> + Send,
{
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        match Self::force_mut(self) {
            Ok(engine) => engine.forward(images),
            Err(error) => Err(error.clone()),
        }
    }

    fn copying(&self) -> Duration {
        match Self::get(self) {
            Some(Ok(engine)) => engine.copying(),
            _ => Duration::ZERO,
        }
    }
}
