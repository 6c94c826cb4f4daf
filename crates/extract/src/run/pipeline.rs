//! Loading images ahead of the network.

use std::sync::mpsc::sync_channel;
use std::thread;

use dataset::{Manifest, Sample};
use feature_cache::WriteError;
use preprocess::Preset;
use rayon::prelude::*;

use super::load::{LoadError, Loaded, load};

/// Batches that wait decoded while the network works. With the one being decoded and the one being
/// forwarded, this bounds the memory, whatever the number of images.
const BATCHES_AHEAD: usize = 2;

/// Loads the manifest's images on all cores, and hands them to `consume` in batches, in order.
///
/// # Errors
/// The first error of `consume`; loading stops then.
pub(super) fn load_ahead<'a>(
    manifest: &'a Manifest,
    preset: &Preset,
    batch: usize,
    mut consume: impl FnMut(Vec<(&'a Sample, Result<Loaded, LoadError>)>) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    thread::scope(|scope| {
        scope.spawn(move || {
            for samples in manifest.samples.chunks(batch) {
                let load = |sample| (sample, load(&manifest.file(sample), preset));
                if sender.send(samples.par_iter().map(load).collect()).is_err() {
                    return; // `consume` failed, and nobody listens any more
                }
            }
        });
        batches.into_iter().try_for_each(&mut consume)
    })
}
