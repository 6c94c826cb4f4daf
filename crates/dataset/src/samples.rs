//! The samples of a manifest: millions of them fit into memory.

use std::path::{Path, PathBuf};

use schema::{BoundingBox, Split};

use crate::encoded_path;
use crate::numbered_path;
use crate::paths::Paths;
use crate::record::RecordPlace;

/// One image: a file, a record of a file, or a box in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<'a> {
    /// Path relative to the root, components joined by `/`. A `%` is written `%25` and a byte
    /// that is not part of valid UTF-8 `%XX`, so that [`Sample::file`] finds the exact name again.
    /// `#NNNNNNN` follows when the file holds several samples.
    pub path: &'a str,
    /// Index into [`Manifest::classes`](crate::Manifest::classes), or `None` for an image without a
    /// class of its own.
    pub label: Option<u32>,
    /// The part of the data set that the image belongs to.
    pub split: Split,
    /// For each class 1 (present), -1 (absent) or 0 (neither: difficult, or not known), in multilabel
    /// data sets.
    pub labels: Option<&'a [i8]>,
    /// The part of the image that the labels are about, in data sets with boxes.
    pub bounding_box: Option<BoundingBox>,
}

/// Where the pixels of a sample lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// In an image file.
    File(PathBuf),
    /// In one record of a file that holds many of them.
    Record(RecordPlace),
}

impl Sample<'_> {
    /// Where the file lies when the manifest's root is (now) at `root`.
    pub fn file(&self, root: &Path) -> PathBuf {
        match self.content(root) {
            Content::File(file) | Content::Record(RecordPlace { file, .. }) => file,
        }
    }

    /// Where the pixels lie when the manifest's root is (now) at `root`.
    pub fn content(&self, root: &Path) -> Content {
        content(self.path, root)
    }
}

/// Where the pixels of the sample at `path` (as [`Sample::path`] writes it) lie below `root`. The path
/// alone decides it.
pub fn content(path: &str, root: &Path) -> Content {
    match numbered_path::split(path) {
        Some((file, index)) => {
            let is_record = numbered_path::holds_records(file);
            let file = root.join(encoded_path::decode(file));
            if is_record {
                Content::Record(RecordPlace { file, index })
            } else {
                Content::File(file)
            }
        }
        None => Content::File(root.join(encoded_path::decode(path))),
    }
}

/// A list of samples, kept by column. A sample takes its path and some 17 bytes, in multilabel data sets
/// a byte for each class, and 20 bytes for a box.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    paths: Paths,
    labels: Vec<Option<u32>>,
    splits: Vec<Split>,
    /// `n_samples x n_classes`, or nothing in a data set of one label a sample.
    label_table: Vec<i8>,
    /// Length of a row of `label_table`; 0 in a data set of one label a sample.
    n_classes: usize,
    /// One a sample, or nothing in a data set without boxes.
    boxes: Vec<Option<BoundingBox>>,
}

impl Samples {
    /// The samples at `paths`, with the label and split that `meaning` gives to each.
    pub(crate) fn new(paths: Paths, meaning: impl Fn(&str) -> (Option<u32>, Split)) -> Self {
        let (labels, splits) = paths.iter().map(meaning).unzip();
        Self { paths, labels, splits, ..Self::default() }
    }

    /// An empty list for samples with `n_classes` labels each (0 for one label), and with boxes or
    /// without.
    pub(crate) fn empty(n_classes: usize, has_boxes: bool) -> SampleList {
        SampleList { samples: Self { n_classes, ..Self::default() }, has_boxes }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sample number `i`.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn get(&self, i: usize) -> Sample<'_> {
        Sample {
            path: self.paths.get(i),
            label: self.labels[i],
            split: self.splits[i],
            labels: self
                .is_multilabel()
                .then(|| &self.label_table[i * self.n_classes..][..self.n_classes]),
            bounding_box: self.boxes.get(i).copied().flatten(),
        }
    }

    /// The samples in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Sample<'_>> {
        (0..self.len()).map(|i| self.get(i))
    }

    /// Whether the data set is multilabel: samples have a label for each class, and not one class each.
    pub fn is_multilabel(&self) -> bool {
        self.n_classes > 0
    }

    /// Whether the data set has boxes, even if none of these samples has one.
    pub fn has_boxes(&self) -> bool {
        self.boxes.len() == self.len() && !self.is_empty()
    }

    /// The samples whose path `keeps` accepts, in their order, with the same columns.
    #[must_use]
    pub fn retained(&self, keeps: impl Fn(&str) -> bool) -> Self {
        let mut kept = Self::empty(self.n_classes, self.has_boxes());
        self.iter().filter(|sample| keeps(sample.path)).for_each(|sample| kept.push(&sample));
        kept.samples
    }

    /// The samples in byte order of their paths. The error is a path that two samples have.
    pub(crate) fn sorted(self, has_boxes: bool) -> Result<Self, String> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_unstable_by_key(|&i| self.paths.get(i));
        let mut sorted = Self::empty(self.n_classes, has_boxes);
        let mut last = None;
        for i in order {
            let sample = self.get(i);
            if last.replace(sample.path) == Some(sample.path) {
                return Err(sample.path.to_owned());
            }
            sorted.push(&sample);
        }
        Ok(sorted.samples)
    }
}

/// Samples of one shape, being gathered.
pub(crate) struct SampleList {
    pub(crate) samples: Samples,
    pub(crate) has_boxes: bool,
}

impl SampleList {
    /// Appends a sample.
    ///
    /// # Panics
    /// When it does not have one label for each class.
    pub(crate) fn push(&mut self, sample: &Sample<'_>) {
        let list = &mut self.samples;
        let labels = sample.labels.unwrap_or_default();
        assert_eq!(labels.len(), list.n_classes, "one label a class");
        list.paths.push(sample.path);
        list.labels.push(sample.label);
        list.splits.push(sample.split);
        list.label_table.extend(labels);
        if self.has_boxes {
            list.boxes.push(sample.bounding_box);
        }
    }
}
