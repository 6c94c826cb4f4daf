//! What decides the features of an image.

use preprocess::{Limits, Preset, Rgb, Views, ViewsError};
use schema::{Provenance, Tap};

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
    /// What the engine is given of an image: its views, in their order.
    pub(crate) fn pixels(&self, image: &Rgb, limits: &Limits) -> Result<Vec<Rgb>, ViewsError> {
        self.views.pixels(image, &self.preset, limits)
    }
}
