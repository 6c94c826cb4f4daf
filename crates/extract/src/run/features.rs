//! New contents on their way through the network.

use std::collections::VecDeque;
use std::mem;
use std::time::{Duration, Instant};

use feature_cache::{Cache, KnownRows, Partial, ReadError, Tap, WriteError};
use preprocess::Rgb;

use super::walk::New;
use super::workers::Workers;

/// Collects images of new content into batches, has these forwarded, and keeps the rows.
pub(super) struct Features<'a> {
    pub(super) partial: Partial,
    pub(super) workers: Workers<'a>,
    /// Rows that an interrupted run left.
    n_resumed: usize,
    taps: &'a [Tap],
    /// Images in one pass.
    batch: usize,
    known: KnownRows,
    /// Contents that wait for their batch to be full, and their pixels.
    waiting: Vec<[u8; 32]>,
    pixels: Vec<Rgb>,
    /// Contents of the batches that engines work on, in their order.
    under_way: VecDeque<Vec<[u8; 32]>>,
    /// Images that come after those.
    n_left: usize,
    n_computed: usize,
    writing: Duration,
}

impl<'a> Features<'a> {
    /// Goes on with `partial`, and reuses what is in the `last` cache.
    pub(super) fn new(
        mut partial: Partial,
        last: Option<&Cache>,
        workers: Workers<'a>,
        taps: &'a [Tap],
        batch: usize,
    ) -> Result<Self, ReadError> {
        let n_resumed = partial.n_rows();
        if let Some(cache) = last {
            partial.reuse(cache)?;
        }
        Ok(Self {
            known: partial.known(),
            partial,
            workers,
            n_resumed,
            taps,
            batch,
            waiting: Vec::new(),
            pixels: Vec::new(),
            under_way: VecDeque::new(),
            n_left: 0,
            n_computed: 0,
            writing: Duration::ZERO,
        })
    }

    /// Images that went through the network in this run.
    pub(super) fn n_computed(&self) -> usize {
        self.n_computed
    }

    /// Time that keeping rows took.
    pub(super) fn writing(&self) -> Duration {
        self.writing
    }

    /// Rows of the unfinished run, those of this process included.
    pub(super) fn n_rows(&self) -> usize {
        self.n_resumed + self.n_computed
    }

    /// Takes an image, and has a batch forwarded when there is one. An image whose content is known by
    /// now, or on its way, is left out.
    pub(super) fn add(&mut self, image: New) -> Result<(), WriteError> {
        let New { content_hash, pixels, n_left } = image;
        self.n_left = n_left;
        if self.known.contains(&content_hash) || self.is_on_its_way(&content_hash) {
            return Ok(());
        }
        self.waiting.push(content_hash);
        self.pixels.push(pixels);
        if self.waiting.len() == self.batch { self.forward() } else { Ok(()) }
    }

    fn is_on_its_way(&self, content_hash: &[u8; 32]) -> bool {
        self.under_way.iter().chain([&self.waiting]).any(|batch| batch.contains(content_hash))
    }

    /// Hands what waits to an engine. Where that had a batch, the rows of it are kept then, while the
    /// engine works on this one.
    pub(super) fn forward(&mut self) -> Result<(), WriteError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let done = if self.workers.are_busy() { self.workers.take() } else { None };
        self.workers.give(mem::take(&mut self.pixels));
        self.under_way.push_back(mem::take(&mut self.waiting));
        done.map_or(Ok(()), |features| self.keep(&features))
    }

    /// Keeps the rows of all batches that engines work on.
    pub(super) fn complete(&mut self) -> Result<(), WriteError> {
        while let Some(features) = self.workers.take() {
            self.keep(&features)?;
        }
        Ok(())
    }

    /// Keeps the rows of the earliest batch under way.
    fn keep(&mut self, features: &[Vec<f32>]) -> Result<(), WriteError> {
        let start = Instant::now();
        let contents = self.under_way.pop_front().expect("features are of a batch");
        let n_under_way: usize = self.under_way.iter().map(Vec::len).sum();
        self.n_computed += contents.len();
        self.partial.expect_rows(contents.len() + n_under_way + self.waiting.len() + self.n_left);
        for (i, content_hash) in contents.into_iter().enumerate() {
            let rows: Vec<&[f32]> = self
                .taps
                .iter()
                .zip(features)
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
