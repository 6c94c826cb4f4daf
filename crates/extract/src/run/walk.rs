//! Every image looked at, in order.

use std::mem;
use std::sync::atomic::AtomicBool;

use feature_cache::WriteError;
use preprocess::Rgb;

use super::error::RunError;
use super::known::Images;
use super::load::{Loaded, Loader};
use super::outcome::Event;
use super::pipeline::load_ahead;
use super::plan::Plan;
use super::table::Table;

/// Looks at every image of `plan`, which it takes out of it, and hands the pixels that `loader` wants
/// to `compute` with the hash of their content. Ends early when `stop` becomes true.
pub(super) fn walk(
    plan: &mut Plan,
    loader: &Loader<'_>,
    batch: usize,
    stop: &AtomicBool,
    report: &mut dyn FnMut(Event<'_>),
    mut compute: impl FnMut([u8; 32], Rgb) -> Result<(), WriteError>,
) -> Result<Table, RunError> {
    let samples = mem::take(&mut plan.samples);
    report(Event::Start { n_images: samples.len() });
    let mut table = Table::new(samples.len(), plan.last.as_ref());
    for unreadable in plan.unreadable.drain(..) {
        report(Event::Unreadable(&unreadable));
        table.unreadable.push(unreadable);
    }
    let mut images = Images::new(samples, plan.last.as_ref());
    load_ahead(&mut images, loader, batch, stop, |batch| {
        let n_images = batch.len();
        for image in batch {
            match image {
                Ok(Loaded { sample, before, pixels }) => {
                    if let Some(pixels) = pixels {
                        compute(sample.content_hash, pixels)?;
                    }
                    table.push(sample, before.as_ref());
                }
                Err(unreadable) => {
                    report(Event::Unreadable(&unreadable));
                    table.unreadable.push(unreadable);
                }
            }
        }
        report(Event::Images(n_images));
        Ok(())
    })?;
    table.complete(images.gone);
    Ok(table)
}
