//! The samples of a manifest: millions of them fit into memory.

use std::path::{Path, PathBuf};

use crate::encoded_path;
use crate::paths::Paths;

/// One image file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'a> {
    /// Path relative to the root, components joined by `/`. A `%` is written `%25` and a byte
    /// that is not part of valid UTF-8 `%XX`, so that [`Sample::file`] finds the exact name again.
    pub path: &'a str,
    /// Index into [`Manifest::classes`](crate::Manifest::classes), or `None` for an unlabeled image.
    pub label: Option<u32>,
    /// The part of the data set that the image belongs to.
    pub split: Split,
}

impl Sample<'_> {
    /// Where the file lies when the manifest's root is (now) at `root`.
    pub fn file(&self, root: &Path) -> PathBuf {
        root.join(encoded_path::decode(self.path))
    }
}

/// The part of a data set that a sample belongs to. `split as u8` is the code that the cache
/// file stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Split {
    /// The data set is not divided, or says nothing about this sample.
    None = 0,
    /// For training.
    Train = 1,
    /// For choosing hyper-parameters.
    Validation = 2,
    /// For the final figures.
    Test = 3,
}

/// A list of samples, kept by column: a sample takes its path and some 17 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    paths: Paths,
    labels: Vec<Option<u32>>,
    splits: Vec<Split>,
}

impl Samples {
    /// The samples at `paths`, to each of which `meaning` gives label and split.
    pub(crate) fn new(paths: Paths, meaning: impl Fn(&str) -> (Option<u32>, Split)) -> Self {
        let (labels, splits) = paths.iter().map(meaning).unzip();
        Self { paths, labels, splits }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sample number `i`.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn get(&self, i: usize) -> Sample<'_> {
        Sample { path: self.paths.get(i), label: self.labels[i], split: self.splits[i] }
    }

    /// The samples in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Sample<'_>> {
        (0..self.len()).map(|i| self.get(i))
    }
}

impl<'a> FromIterator<Sample<'a>> for Samples {
    fn from_iter<I: IntoIterator<Item = Sample<'a>>>(samples: I) -> Self {
        let mut list = Self::default();
        for Sample { path, label, split } in samples {
            list.paths.push(path);
            list.labels.push(label);
            list.splits.push(split);
        }
        list
    }
}
