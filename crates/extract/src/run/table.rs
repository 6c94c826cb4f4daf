//! What a cache says of its images besides their features.

use feature_cache::{Cache, ReadError, Sample, UnreadableImage};

use super::counts::Counts;

/// The rows of the cache to be, and how they differ from those of the last one.
pub(super) struct Table {
    pub(super) samples: Vec<Sample>,
    /// Sorted by path once the table is complete.
    pub(super) unreadable: Vec<UnreadableImage>,
    /// Rows that are as they were in the last cache.
    n_unchanged: usize,
    /// Contents of paths that the last cache does not have. Not kept where there is none.
    come: Option<Vec<[u8; 32]>>,
    /// Contents of paths that only the last cache has.
    gone: Vec<[u8; 32]>,
}

impl Table {
    /// An empty table for about `n_images` rows.
    pub(super) fn new(n_images: usize, last: Option<&Cache>) -> Self {
        Self {
            samples: Vec::with_capacity(n_images),
            unreadable: Vec::new(),
            n_unchanged: 0,
            come: last.map(|_| Vec::new()),
            gone: Vec::new(),
        }
    }

    /// Appends a row; `before` is the one that its path had.
    pub(super) fn push(&mut self, sample: Sample, before: Option<&Sample>) {
        match (before, &mut self.come) {
            (Some(before), _) => self.n_unchanged += usize::from(*before == sample),
            (None, Some(come)) => come.push(sample.content_hash),
            (None, None) => {}
        }
        self.samples.push(sample);
    }

    /// Ends the table. `gone` are the contents of paths that only the last cache has.
    pub(super) fn complete(&mut self, gone: Vec<[u8; 32]>) {
        self.gone = gone;
        self.unreadable.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Whether `last` says the same, so that there is nothing to write.
    pub(super) fn equals(&self, last: &Cache, classes: &[String]) -> Result<bool, ReadError> {
        let n = self.samples.len();
        Ok(self.n_unchanged == n
            && last.n_samples() == n
            && last.classes() == classes
            && last.errors()? == self.unreadable)
    }

    /// Where the rows come from, when `n_computed` of their contents are computed.
    pub(super) fn counts(&self, n_computed: usize) -> Counts {
        let come = self.come.as_deref().unwrap_or_default();
        Counts::new(&self.samples, n_computed, &self.gone, come)
    }
}
