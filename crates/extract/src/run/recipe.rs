//! What decides the features of an image.

use feature_cache::{Provenance, Tap};
use preprocess::Preset;

/// All that decides what the features of an image are, besides the image.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// From the file to the pixels that the engine is given.
    pub preset: Preset,
    /// The matrices that the engine gives, in its order.
    pub taps: Vec<Tap>,
    /// The same in words: caches that differ in it are never mixed.
    pub provenance: Provenance,
}
