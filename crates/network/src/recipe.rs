//! What decides the features of an image.

use preprocess::{Limits, Preset, Rgb, Views, ViewsError};
use schema::{Provenance, Tap};

use crate::passes::Passes;

/// All that decides what the features of an image are, besides the image.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// From the file to the pixels that the engine is given.
    pub preset: Preset,
    /// The parts of an image that go through the preset, each by itself.
    pub views: Views,
    /// The matrices that the engine gives, in its order.
    pub taps: Vec<Tap>,
    /// The same in words: caches that differ in it are never mixed.
    pub provenance: Provenance,
}

impl Recipe {
    /// Passes of `batch` views of the preset's size.
    pub fn passes(&self, batch: usize) -> Passes {
        Passes::new(batch, self.preset.output_size(), self.views.n_views())
    }

    /// What the engine is given of an image: its views, in their order.
    ///
    /// # Errors
    /// [`ViewsError`] when the image has too few or too many pixels for them.
    pub fn pixels(&self, image: &Rgb, limits: &Limits) -> Result<Vec<Rgb>, ViewsError> {
        self.views.pixels(image, &self.preset, limits)
    }
}
