//! Loading images ahead of the network.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use feature_cache::UnreadableImage;
use rayon::prelude::*;

use super::error::RunError;
use super::known::{Image, Images};
use super::load::{Loaded, Loader};

/// Batches that wait loaded while the network works. With the one being loaded and the one being
/// forwarded, this bounds the memory, whatever the number of images.
const BATCHES_AHEAD: usize = 2;

/// Images as they were loaded.
pub(super) type Batch = Vec<Result<Loaded, UnreadableImage>>;

/// Loads the images on all cores, and hands them to `consume` in batches, in order. Ends early when
/// `stop` becomes true.
///
/// # Errors
/// The first error of `consume`, or of reading the last cache; loading stops then.
pub(super) fn load_ahead(
    images: &mut Images<'_>,
    loader: &Loader<'_>,
    batch: usize,
    stop: &AtomicBool,
    mut consume: impl FnMut(Batch) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    thread::scope(|scope| {
        scope.spawn(move || {
            loop {
                let images: Result<Vec<Image>, _> = images.by_ref().take(batch).collect();
                let is_last = images.as_ref().map_or(true, Vec::is_empty);
                let load = |image| loader.load(image);
                let loaded = images.map(|i| i.into_par_iter().map(load).collect::<Batch>());
                // Without a receiver it is over, and nobody listens any more.
                if sender.send(loaded).is_err() || is_last {
                    return;
                }
            }
        });
        let goes_on = |_: &_| !stop.load(Ordering::Relaxed);
        batches.into_iter().take_while(goes_on).try_for_each(|batch| consume(batch?))
    })
}
