//! From samples in the order of a list to a manifest.

use schema::{BoundingBox, GroundTruth, PassedOver, Split, Unreadable};

use crate::layout_error::LayoutError;
use crate::limits::LABEL_BYTES;
use crate::manifest::Manifest;
use crate::published::Published;
use crate::samples::{Sample, SampleList, Samples};

/// A manifest in the making: samples come in any order.
pub(crate) struct Gathering<'a> {
    set: Published<'a>,
    list: SampleList,
    pub(crate) classes: Vec<String>,
    pub(crate) ground_truth: Option<GroundTruth>,
    pub(crate) unreadable: Vec<Unreadable>,
    pub(crate) passed_over: PassedOver,
    pub(crate) notes: Vec<String>,
}

/// What the samples of a data set have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Labels {
    /// One class each, or none.
    One,
    /// 1, -1 or 0 for each class.
    Multilabel,
}

impl<'a> Gathering<'a> {
    /// An empty list for a data set whose samples have such labels, and boxes or not.
    pub(crate) fn new(
        set: Published<'a>,
        classes: Vec<String>,
        labels: Labels,
        has_boxes: bool,
    ) -> Self {
        let n_classes = if labels == Labels::Multilabel { classes.len() } else { 0 };
        Self {
            set,
            list: Samples::empty(n_classes, has_boxes),
            classes,
            ground_truth: None,
            unreadable: Vec::new(),
            passed_over: PassedOver::new(),
            notes: Vec::new(),
        }
    }

    /// Makes room for as many more samples; those with a label for each class may be too many.
    pub(crate) fn reserve(&mut self, n_more: usize) -> Result<(), LayoutError> {
        let n_samples = self.list.samples.len().saturating_add(n_more);
        let n_classes = self.list.samples.n_classes();
        if n_samples.saturating_mul(n_classes) > LABEL_BYTES || !self.list.reserve(n_more) {
            return Err(LayoutError::TooManyLabels { n_samples, n_classes });
        }
        Ok(())
    }

    /// Appends a sample with one class, or none.
    pub(crate) fn push(&mut self, path: &str, label: Option<u32>, split: Split) {
        self.push_boxed(path, label, split, None);
    }

    /// Appends a sample with one class or none, and a box.
    pub(crate) fn push_boxed(
        &mut self,
        path: &str,
        label: Option<u32>,
        split: Split,
        bounding_box: Option<BoundingBox>,
    ) {
        self.list.push(&Sample { path, label, split, labels: None, bounding_box });
    }

    /// Appends a sample with a label for each class, for which there is room ([`Self::reserve`]).
    pub(crate) fn push_multilabel(
        &mut self,
        path: &str,
        labels: &[i8],
        split: Split,
        bounding_box: Option<BoundingBox>,
    ) {
        self.list.push(&Sample { path, label: None, split, labels: Some(labels), bounding_box });
    }

    /// The manifest, sorted. A data set without a single image is refused.
    pub(crate) fn finish(self) -> Result<Manifest, LayoutError> {
        let Self { set, list, classes, ground_truth, unreadable, passed_over, notes } = self;
        if list.samples.is_empty() {
            return Err(set.odd("", "has no image of this data set".to_owned()));
        }
        let has_boxes = list.has_boxes;
        let samples = list.samples.sorted(has_boxes).map_err(|path| set.twice(path))?;
        let root = set.root().to_path_buf();
        let empty_folders = Vec::new();
        Ok(Manifest {
            root,
            classes,
            samples,
            ground_truth,
            unreadable,
            empty_folders,
            passed_over,
            unlabelled: Vec::new(),
            notes,
        })
    }
}

/// The number of a class as a label.
pub(crate) fn label(index: usize) -> u32 {
    u32::try_from(index).expect("there are fewer than 2^32 classes")
}
