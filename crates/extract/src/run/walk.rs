//! Every image looked at, in order.

use std::time::Duration;

use feature_cache::Cache;
use preprocess::Rgb;

use super::context::Run;
use super::error::RunError;
use super::known::Images;
use super::load::{Loaded, Loader, Pixels};
use super::outcome::Event;
use super::pipeline::{Batch, load_ahead};
use super::table::Table;

/// An image whose views were wanted.
pub(super) struct New {
    /// Its number in the manifest.
    pub(super) image: usize,
    pub(super) content_hash: [u8; 32],
    pub(super) views: Vec<Rgb>,
    /// Images that come after it.
    pub(super) n_left: usize,
}

/// Looks at every image of the plan, of which the `last` cache may tell, and hands those whose views
/// `loader` wants to `compute`. Ends early when the run is told to stop. Tells the time of all threads
/// that went into loading.
pub(super) fn walk<'a>(
    run: &'a Run<'_>,
    last: Option<&Cache>,
    loader: &Loader<'_>,
    batch: usize,
    mut compute: impl FnMut(New) -> Result<(), RunError>,
) -> Result<(Table<'a>, Duration), RunError> {
    let Run { plan, .. } = run;
    let mut n_left = plan.samples.len();
    run.report(Event::Start { n_images: n_left });
    let mut table = Table::new(&plan.samples, last);
    for unreadable in &plan.unreadable {
        run.report(Event::Unreadable(unreadable));
        table.unreadable.push(unreadable.clone());
    }
    let mut take = |image| -> Result<(), RunError> {
        n_left -= 1;
        match image {
            Ok(Loaded { row, before, pixels }) => {
                if let Some(Pixels { views, is_left_turned }) = pixels {
                    table.n_left_turned += usize::from(is_left_turned);
                    let (image, content_hash) = (row.image, row.content_hash);
                    compute(New { image, content_hash, views, n_left })?;
                }
                table.push(row, before.as_ref());
            }
            Err(unreadable) => {
                run.report(Event::Unreadable(&unreadable));
                table.unreadable.push(unreadable);
            }
        }
        Ok(())
    };
    let take_batch = |batch: Batch| {
        let n_images = batch.len();
        batch.into_iter().try_for_each(&mut take)?;
        run.report(Event::Images(n_images));
        Ok(())
    };
    let mut images = Images::new(&plan.samples, last);
    let loading = load_ahead(&mut images, loader, batch, || run.is_stopped(), take_batch)?;
    table.complete(images.removed);
    Ok((table, loading))
}
