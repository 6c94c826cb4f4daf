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
        content(self.path, root).expect("the paths of a manifest lie below its root")
    }
}

/// Where the pixels of the sample at `path` (as [`Sample::path`] writes it) lie below `root`. The path
/// alone decides it. `None` for a path that leads elsewhere (absolute, or with `..` in it, written in any
/// way): no manifest has one, but a file that somebody made may.
///
/// # Examples
///
/// ```
/// use dataset::{Content, RecordPlace, content};
///
/// let root = std::path::Path::new("images");
/// let file = Content::File("images/cat/100%.jpg".into());
/// assert_eq!(content("cat/100%25.jpg", root), Some(file));
/// let record = RecordPlace { file: "images/train-images-idx3-ubyte".into(), index: 7 };
/// assert_eq!(content("train-images-idx3-ubyte#0000007", root), Some(Content::Record(record)));
/// assert_eq!(content("../cat.jpg", root), None);
/// ```
pub fn content(path: &str, root: &Path) -> Option<Content> {
    let (file, index) = match numbered_path::split(path) {
        Some((file, index)) => (file, Some(index).filter(|_| numbered_path::holds_records(file))),
        None => (path, None),
    };
    let file = root.join(encoded_path::decode(file)?);
    Some(match index {
        Some(index) => Content::Record(RecordPlace { file, index }),
        None => Content::File(file),
    })
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

    /// Labels of each sample; 0 in a data set of one label a sample.
    pub(crate) fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The samples in byte order of their paths. The error is a path that two samples have.
    pub(crate) fn sorted(mut self, has_boxes: bool) -> Result<Self, String> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_unstable_by_key(|&i| self.paths.get(i));
        if let Some(&[i, _]) =
            order.array_windows().find(|[a, b]| self.paths.get(*a) == self.paths.get(*b))
        {
            return Err(self.paths.get(i).to_owned());
        }
        // The rows of labels change places within their table: a copy would take gigabytes once more.
        let n_classes = std::mem::take(&mut self.n_classes);
        let table = std::mem::take(&mut self.label_table);
        let SampleList { mut samples, .. } =
            order.iter().fold(Self::empty(0, has_boxes), |mut sorted, &i| {
                sorted.push(&self.get(i));
                sorted
            });
        drop(self);
        samples.n_classes = n_classes;
        samples.label_table = reordered(table, n_classes, order);
        Ok(samples)
    }
}

/// A table whose row `i` is row `order[i]` of `table`, of `width` columns each, in the same memory.
fn reordered(mut table: Vec<i8>, width: usize, mut order: Vec<usize>) -> Vec<i8> {
    if width == 0 {
        return table;
    }
    let mut kept = vec![0; width];
    for start in 0..order.len() {
        // Each cycle of the order is one round; rows that are in place lead to themselves.
        let mut to = start;
        if order[to] == to {
            continue;
        }
        kept.copy_from_slice(&table[start * width..][..width]);
        loop {
            let from = std::mem::replace(&mut order[to], to);
            if from == start {
                break;
            }
            table.copy_within(from * width..(from + 1) * width, to * width);
            to = from;
        }
        table[to * width..][..width].copy_from_slice(&kept);
    }
    table
}

/// Samples of one shape, being gathered.
pub(crate) struct SampleList {
    pub(crate) samples: Samples,
    pub(crate) has_boxes: bool,
}

impl SampleList {
    /// Makes room for the labels of as many more samples. Whether there is as much memory.
    pub(crate) fn reserve(&mut self, n_more: usize) -> bool {
        let table = &mut self.samples.label_table;
        table.try_reserve_exact(n_more.saturating_mul(self.samples.n_classes)).is_ok()
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_moved_to_where_the_order_wants_them() {
        for order in [vec![], vec![0], vec![1, 0], vec![2, 0, 1], vec![3, 1, 0, 2, 5, 4]] {
            let table: Vec<i8> = (0..2 * order.len() as i8).collect();
            let expected: Vec<i8> =
                order.iter().flat_map(|&i| [2 * i as i8, 2 * i as i8 + 1]).collect();
            assert_eq!(reordered(table, 2, order), expected);
        }
        assert!(reordered(Vec::new(), 0, vec![1, 0]).is_empty());
    }
}
