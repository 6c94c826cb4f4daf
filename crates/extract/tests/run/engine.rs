//! An engine that costs nothing and whose features tell which image they are of.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::{Engine, EngineError};
use network::Recipe;
use preprocess::{Preset, Resize, Rgb, Views};
use schema::{Dtype, Provenance, Tap, Weights};

/// Width and height of the images, so that resizing changes nothing.
pub(crate) const SIDE: u32 = 4;

/// Two taps of each of the views: all the pixels, and their sum.
pub(crate) fn recipe(views: Views) -> Recipe {
    let mut preset = Preset::named("keras-nearest").unwrap();
    preset.resize = Resize::Squash { width: SIDE, height: SIDE };
    let tap = |name: &str, n_features| Tap {
        name: name.to_owned(),
        n_views: views.n_views(),
        n_features,
        dtype: Dtype::F32,
    };
    let taps = vec![tap("input:flatten", (SIDE * SIDE * 3) as usize), tap("input:sum", 1)];
    let provenance = Provenance {
        backbone: "pixels".to_owned(),
        weights: Weights { name: "none".to_owned(), digest: "0".repeat(64) },
        taps: taps.iter().map(|tap| tap.name.clone()).collect(),
        preprocessing: serde_json::to_value(&preset).unwrap(),
        views: views.to_string(),
        engine: "test".to_owned(),
        dtype: Dtype::F32,
    };
    Recipe { preset, views, taps, provenance }
}

/// The features of an image by [`recipe`].
pub(crate) fn features(pixels: &[u8]) -> [Vec<f32>; 2] {
    let pixels: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte)).collect();
    let sum = vec![pixels.iter().sum()];
    [pixels, sum]
}

/// Computes [`features`], counts images, and raises a flag when it has seen enough of them. Several
/// count together when they share it.
pub(crate) struct CountingEngine {
    n_forwarded: AtomicUsize,
    pub(crate) stop: AtomicBool,
    stop_after: usize,
}

impl CountingEngine {
    pub(crate) fn new(stop_after: usize) -> Self {
        let stop = AtomicBool::new(stop_after == 0);
        Self { n_forwarded: AtomicUsize::new(0), stop, stop_after }
    }

    pub(crate) fn n_forwarded(&self) -> usize {
        self.n_forwarded.load(Ordering::Relaxed)
    }

    /// So many engines that count together.
    pub(crate) fn engines(&self, n: usize) -> Vec<Box<dyn Engine + '_>> {
        (0..n).map(|_| Box::new(self) as Box<dyn Engine + '_>).collect()
    }
}

impl Engine for &CountingEngine {
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        let n_before = self.n_forwarded.fetch_add(images.len(), Ordering::Relaxed);
        if n_before + images.len() >= self.stop_after {
            self.stop.store(true, Ordering::Relaxed);
        }
        let mut rows = vec![Vec::new(); 2];
        for image in images {
            for (rows, features) in rows.iter_mut().zip(features(&image.pixels)) {
                rows.extend(features);
            }
        }
        Ok(rows)
    }
}
