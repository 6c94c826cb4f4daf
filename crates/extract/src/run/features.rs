//! New contents on their way through the network.

use std::collections::VecDeque;
use std::mem;
use std::time::{Duration, Instant};

use engine::EngineError;
use feature_cache::{Cache, KnownRows, Partial, ReadError};
use preprocess::Rgb;

use super::context::Run;
use super::error::RunError;
use super::failure::Failure;
use super::not_finite::{NotFinite, cause, first_not_finite};
use super::walk::New;
use super::workers::Workers;
use network::Passes;

/// Collects images of new content into batches, has these forwarded, and keeps the rows.
pub(super) struct Features<'a> {
    run: &'a Run<'a>,
    pub(super) partial: Partial,
    pub(super) workers: Workers<'a>,
    /// Rows that an interrupted run left.
    n_resumed: usize,
    pub(super) passes: Passes,
    known: KnownRows,
    /// Images that wait for a pass to be full, and their views, those of an image together.
    waiting: Vec<Content>,
    views: Vec<Rgb>,
    /// The images that engines work on, batch by batch in their order.
    under_way: VecDeque<Vec<Content>>,
    /// Images that come after those.
    n_left: usize,
    n_computed: usize,
    writing: Duration,
}

/// Whose features are computed.
struct Content {
    hash: [u8; 32],
    /// Number of the image in the manifest; of several with this content, the first.
    image: usize,
}

/// A batch that an engine is done with.
struct Done {
    contents: Vec<Content>,
    /// For each tap the rows.
    features: Vec<Vec<f32>>,
}

impl<'a> Features<'a> {
    /// Goes on with `partial`, and reuses what is in the `last` cache.
    pub(super) fn new(
        run: &'a Run<'a>,
        mut partial: Partial,
        last: Option<&Cache>,
        workers: Workers<'a>,
        passes: Passes,
    ) -> Result<Self, ReadError> {
        let n_resumed = partial.n_rows();
        if let Some(cache) = last {
            partial.reuse(cache)?;
        }
        Ok(Self {
            run,
            known: partial.known(),
            partial,
            workers,
            n_resumed,
            passes,
            waiting: Vec::new(),
            views: Vec::new(),
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

    /// Takes an image, and has those that wait forwarded when they fill a pass. An image whose content is
    /// known by now, or on its way, is left out.
    pub(super) fn add(&mut self, image: New) -> Result<(), RunError> {
        let New { image, content_hash, views, n_left } = image;
        self.n_left = n_left;
        if self.known.contains(&content_hash) || self.is_on_its_way(&content_hash) {
            return Ok(());
        }
        self.waiting.push(Content { hash: content_hash, image });
        self.views.extend(views);
        if self.waiting.len() == self.passes.n_images() { self.forward() } else { Ok(()) }
    }

    fn is_on_its_way(&self, content_hash: &[u8; 32]) -> bool {
        let mut batches = self.under_way.iter().chain([&self.waiting]);
        batches.any(|batch| batch.iter().any(|content| content.hash == *content_hash))
    }

    /// Hands what waits to an engine. Where that had a batch, the rows of it are kept then, while the
    /// engine works on this one.
    pub(super) fn forward(&mut self) -> Result<(), RunError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let done = if self.workers.are_busy() { self.take()? } else { None };
        self.workers.give(mem::take(&mut self.views));
        self.under_way.push_back(mem::take(&mut self.waiting));
        if let Some(done) = done {
            self.keep(done)?;
        }
        Ok(())
    }

    /// Keeps the rows of all batches that engines work on.
    pub(super) fn complete(&mut self) -> Result<(), RunError> {
        while let Some(done) = self.take()? {
            self.keep(done)?;
        }
        Ok(())
    }

    /// The earliest batch under way, once an engine is done with it. Where that failed, what the others have
    /// begun is kept first.
    fn take(&mut self) -> Result<Option<Done>, RunError> {
        let error = match self.next().transpose() {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        while let Some(next) = self.next() {
            // The first failure is enough to tell.
            if let Ok(done) = next {
                self.keep(done)?;
            }
        }
        Err(RunError::Failed(Box::new(Failure {
            error,
            batch: self.run.job.batch,
            n_rows: self.n_rows(),
            n_images: self.run.plan.samples.len(),
            folder: Partial::folder_of(&self.run.job.out),
        })))
    }

    fn next(&mut self) -> Option<Result<Done, EngineError>> {
        let features = self.workers.take()?;
        let contents = self.under_way.pop_front().expect("features are of a batch");
        Some(features.map(|features| Done { contents, features }))
    }

    /// Keeps the rows of a batch, up to one that is not all numbers.
    fn keep(&mut self, Done { contents, features }: Done) -> Result<(), RunError> {
        let start = Instant::now();
        let n_under_way: usize = self.under_way.iter().map(Vec::len).sum();
        self.partial.expect_rows(contents.len() + n_under_way + self.waiting.len() + self.n_left);
        for (i, content) in contents.into_iter().enumerate() {
            let taps = self.run.recipe.taps.iter();
            let rows: Vec<&[f32]> = taps
                .zip(&features)
                .map(|(tap, values)| {
                    let row_len = tap.n_views * tap.n_features;
                    &values[i * row_len..][..row_len]
                })
                .collect();
            self.check_finite(content.image, &rows)?;
            self.partial.push(content.hash, &rows)?;
            self.n_computed += 1;
        }
        self.writing += start.elapsed();
        Ok(())
    }

    /// Whether the features of an image, those of each tap, are numbers as they will be stored.
    fn check_finite(&self, image: usize, rows: &[&[f32]]) -> Result<(), RunError> {
        let Run { recipe, plan, .. } = self.run;
        for (tap, row) in recipe.taps.iter().zip(rows) {
            let Some((view, value)) = first_not_finite(tap, row) else { continue };
            return Err(RunError::NotFinite(Box::new(NotFinite {
                tap: tap.name.clone(),
                path: plan.samples.get(image).path.to_owned(),
                view,
                n_views: tap.n_views,
                value,
                cause: cause(value, &recipe.provenance.engine),
            })));
        }
        Ok(())
    }
}
