//! New contents on their way through the network.

use std::mem;
use std::time::{Duration, Instant};

use feature_cache::{Cache, KnownRows, Partial, ReadError, Tap, WriteError};
use preprocess::Rgb;

use super::job::Job;
use super::passes::Passes;
use super::recipe::Recipe;
use super::walk::New;
use crate::engine::Engine;

/// Collects images of new content into batches, forwards these, and keeps the rows.
pub(super) struct Features<'a> {
    pub(super) partial: Partial,
    /// Rows that an interrupted run left.
    n_resumed: usize,
    engine: &'a dyn Engine,
    taps: &'a [Tap],
    passes: Passes,
    known: KnownRows,
    /// Contents that wait for a pass to be full, and their views, those of an image together.
    waiting: Vec<[u8; 32]>,
    views: Vec<Rgb>,
    /// Images that come after those.
    n_left: usize,
    n_computed: usize,
    forwarding: Duration,
    writing: Duration,
}

impl<'a> Features<'a> {
    /// Goes on with `partial`, and reuses what is in the `last` cache.
    pub(super) fn new(
        mut partial: Partial,
        last: Option<&Cache>,
        engine: &'a dyn Engine,
        recipe: &'a Recipe,
        job: &Job,
    ) -> Result<Self, ReadError> {
        let n_resumed = partial.n_rows();
        if let Some(cache) = last {
            partial.reuse(cache)?;
        }
        Ok(Self {
            known: partial.known(),
            partial,
            n_resumed,
            engine,
            taps: &recipe.taps,
            passes: Passes::new(recipe, job.batch),
            waiting: Vec::new(),
            views: Vec::new(),
            n_left: 0,
            n_computed: 0,
            forwarding: Duration::ZERO,
            writing: Duration::ZERO,
        })
    }

    /// Images that went through the network in this run.
    pub(super) fn n_computed(&self) -> usize {
        self.n_computed
    }

    /// Time that the network took.
    pub(super) fn forwarding(&self) -> Duration {
        self.forwarding
    }

    /// Time that keeping its rows took.
    pub(super) fn writing(&self) -> Duration {
        self.writing
    }

    /// Rows of the unfinished run, those of this process included.
    pub(super) fn n_rows(&self) -> usize {
        self.n_resumed + self.n_computed
    }

    /// Takes an image, and forwards those that wait when they fill a pass. An image whose content is known by
    /// now, or waits, is left out.
    pub(super) fn add(&mut self, image: New) -> Result<(), WriteError> {
        let New { content_hash, views, n_left } = image;
        self.n_left = n_left;
        if self.known.contains(&content_hash) || self.waiting.contains(&content_hash) {
            return Ok(());
        }
        self.waiting.push(content_hash);
        self.views.extend(views);
        if self.waiting.len() == self.passes.n_images() { self.forward() } else { Ok(()) }
    }

    /// Forwards what waits.
    pub(super) fn forward(&mut self) -> Result<(), WriteError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        let features = self.passes.forward(self.engine, mem::take(&mut self.views));
        self.forwarding += start.elapsed();
        let start = Instant::now();
        self.n_computed += self.waiting.len();
        self.partial.expect_rows(self.waiting.len() + self.n_left);
        for (i, content_hash) in self.waiting.drain(..).enumerate() {
            let rows: Vec<&[f32]> = self
                .taps
                .iter()
                .zip(&features)
                .map(|(tap, values)| {
                    let row_len = tap.n_views * tap.n_features;
                    &values[i * row_len..][..row_len]
                })
                .collect();
            self.partial.push(content_hash, &rows)?;
        }
        self.writing += start.elapsed();
        Ok(())
    }
}
