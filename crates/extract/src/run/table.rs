//! What a cache says of its images besides their features.

use dataset::Samples;
use feature_cache::{Annotations, Cache, LeakReport, ReadError};
use schema::{Sample, Unreadable};

use super::annotations::annotations;
use super::counts::Counts;
use super::plan::Plan;
use super::row::{Row, Stamp};
use crate::overview::Overview;

/// The rows of the cache to be, and how they differ from those of the last one.
pub(super) struct Table<'a> {
    /// The images of the manifest.
    images: &'a Samples,
    rows: Vec<Row>,
    /// Sorted by path once the table is complete.
    pub(super) unreadable: Vec<Unreadable>,
    /// Images that were decoded, and whose orientation in EXIF data was ignored.
    pub(super) n_left_turned: usize,
    /// Rows that are as they were in the last cache.
    n_unchanged: usize,
    /// Contents of paths that the last cache does not have. Not kept where there is none.
    added: Option<Vec<[u8; 32]>>,
    /// Contents of paths that only the last cache has.
    removed: Vec<[u8; 32]>,
}

impl<'a> Table<'a> {
    /// An empty table for rows of `images`.
    pub(super) fn new(images: &'a Samples, last: Option<&Cache>) -> Self {
        Self {
            images,
            rows: Vec::with_capacity(images.len()),
            unreadable: Vec::new(),
            n_left_turned: 0,
            n_unchanged: 0,
            added: last.map(|_| Vec::new()),
            removed: Vec::new(),
        }
    }

    /// Appends a row; `before` is the one that its path had.
    pub(super) fn push(&mut self, row: Row, before: Option<&Sample>) {
        match (before, &mut self.added) {
            (Some(before), _) => {
                let is_unchanged = before.borrowed() == sample(self.images, &row);
                self.n_unchanged += usize::from(is_unchanged);
            }
            (None, Some(added)) => added.push(row.content_hash),
            (None, None) => {}
        }
        self.rows.push(row);
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows as the cache has them.
    pub(super) fn samples(&self) -> impl ExactSizeIterator<Item = Sample<&'a str>> + Clone {
        self.rows.iter().map(|row| sample(self.images, row))
    }

    /// What the cache says besides, with what the plan tells of the data set.
    pub(super) fn annotations(&self, plan: &Plan) -> Annotations {
        let Self { images, rows, .. } = self;
        let (ground_truth, source) = (plan.ground_truth.clone(), plan.source.clone());
        let samples = rows.iter().map(|row| images.get(row.image));
        annotations(images.is_multilabel(), images.has_boxes(), ground_truth, source, samples)
    }

    /// What the rows are, counted, with what the plan tells of the data set.
    pub(super) fn overview(&self, plan: &Plan) -> Overview {
        let Self { images, rows, .. } = self;
        let of_row = |row: usize| images.get(rows[row].image);
        let contents: Vec<[u8; 32]> = self.contents().copied().collect();
        let label = |row: usize| {
            let sample = of_row(row);
            (sample.label.is_some() || sample.labels.is_some())
                .then_some((sample.label, sample.labels))
        };
        let path = |row: usize| of_row(row).path.to_owned();
        let leaks = LeakReport::new(&contents, |row| of_row(row).split, label, path);
        let rows = (0..rows.len()).map(|row| of_row(row).into());
        Overview::new(&plan.classes, rows, plan.source.clone(), leaks, plan.shard)
    }

    /// The content of each row.
    pub(super) fn contents(&self) -> impl ExactSizeIterator<Item = &[u8; 32]> {
        self.rows.iter().map(|row| &row.content_hash)
    }

    /// Ends the table. `removed` are the contents of paths that only the last cache has.
    pub(super) fn complete(&mut self, removed: Vec<[u8; 32]>) {
        self.removed = removed;
        self.unreadable.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Whether the `last` cache says the same, so that there is nothing to write.
    pub(super) fn is_that_of(&self, last: Option<&Cache>, plan: &Plan) -> Result<bool, ReadError> {
        let Some(last) = last else { return Ok(false) };
        let n = self.len();
        Ok(self.n_unchanged == n
            && last.n_samples() == n
            && last.classes() == plan.classes
            && last.errors()? == self.unreadable
            && last.annotations()? == self.annotations(plan))
    }

    /// Where the rows come from, when `n_computed` of their contents are computed.
    pub(super) fn counts(&self, n_computed: usize) -> Counts {
        let added = self.added.as_deref().unwrap_or_default();
        Counts::new(self.contents(), n_computed, &self.removed, added)
    }
}

fn sample<'a>(images: &'a Samples, row: &Row) -> Sample<&'a str> {
    let dataset::Sample { path, label, split, .. } = images.get(row.image);
    let label = label.map_or(-1, |label| {
        i32::try_from(label).expect("classes are folders: there are fewer than 2^31")
    });
    let Row { stamp: Stamp { size, mtime_ns }, content_hash, .. } = *row;
    Sample { path, content_hash, size, mtime_ns, label, split }
}
