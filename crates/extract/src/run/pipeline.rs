//! Loading images ahead of the network.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use schema::Unreadable;

use super::error::RunError;
use super::known::{Image, Images};
use super::load::{Loaded, Loader};

/// Batches that wait loaded while the network works. With the one being loaded and those being
/// forwarded, this bounds the memory, whatever the number of images.
const BATCHES_AHEAD: usize = 2;

/// Images as they were loaded.
pub(super) type Batch = Vec<Result<Loaded, Unreadable>>;

/// Images that each core has at a time, so that none waits for long for the last of a batch.
const IMAGES_A_CORE: usize = 2;

/// Loads the images on all cores, and hands them to `consume` in batches of at least `batch`, in order.
/// Ends early when it `is_stopped`. Tells the time that threads were at work, that of all of them
/// added up.
///
/// # Errors
/// The first error of `consume`, or of reading the last cache; loading stops then.
pub(super) fn load_ahead(
    images: &mut Images<'_>,
    loader: &Loader<'_>,
    batch: usize,
    is_stopped: impl Fn() -> bool,
    mut consume: impl FnMut(Batch) -> Result<(), RunError>,
) -> Result<Duration, RunError> {
    let loading_ns = AtomicU64::new(0);
    let batch = batch.max(IMAGES_A_CORE * rayon::current_num_threads());
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    thread::scope(|scope| {
        let loading_ns = &loading_ns;
        scope.spawn(move || {
            loop {
                let images: Result<Vec<Image>, _> = images.by_ref().take(batch).collect();
                let is_last = images.as_ref().map_or(true, Vec::is_empty);
                let load = |image| {
                    let start = Instant::now();
                    let loaded = loader.load(image);
                    let ns = start.elapsed().as_nanos().try_into().unwrap_or(u64::MAX);
                    loading_ns.fetch_add(ns, Ordering::Relaxed);
                    loaded
                };
                let loaded = images.map(|i| i.into_par_iter().map(load).collect::<Batch>());
                // Without a receiver it is over, and nobody listens any more.
                if sender.send(loaded).is_err() || is_last {
                    return;
                }
            }
        });
        // Dropped with this block, the receiver tells the loading thread that it is over.
        let batches = batches;
        loop {
            match batches.recv() {
                Ok(batch) if !is_stopped() => consume(batch?)?,
                _ => return Ok(()),
            }
        }
    })
    .map(|()| Duration::from_nanos(loading_ns.into_inner()))
}
