//! What some data sets say besides one class and a split for each sample.

use schema::{BoundingBox, GroundTruth, SourceRecord};

/// Labels, boxes and queries, as far as the data set has them, and what the images were read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// For each sample and class 1 (present), -1 (absent) or 0 (neither: difficult, or not known),
    /// `n_samples x n_classes` numbers.
    pub labels: Option<Vec<i8>>,
    /// For each sample its box, or none.
    pub boxes: Option<Vec<Option<BoundingBox>>>,
    /// Which images answer which query.
    pub ground_truth: Option<GroundTruth>,
    /// What the images were read from, and what was left out there. The same for all shards.
    pub source: Option<SourceRecord>,
}

impl Annotations {
    /// # Panics
    /// When there is not one label a sample and class, no class to be labelled for, or not one box a
    /// sample.
    pub(crate) fn assert_fits(&self, n_samples: usize, n_classes: usize) {
        assert!(self.labels.is_none() || n_classes > 0, "labels are of classes");
        let labels = self.labels.as_ref().map_or(n_samples * n_classes, Vec::len);
        assert_eq!(labels, n_samples * n_classes, "one label a sample and class");
        let boxes = self.boxes.as_ref().map_or(n_samples, Vec::len);
        assert_eq!(boxes, n_samples, "one box a sample");
    }

    /// Bytes that they take in a file.
    pub(crate) fn n_bytes(&self) -> usize {
        let labels = self.labels.as_ref().map_or(0, Vec::len);
        let boxes = self.boxes.as_ref().map_or(0, |boxes| boxes.len() * size_of::<[f32; 4]>());
        let queries = self.ground_truth.as_ref().map_or(0, |truth| truth.to_json().len());
        let source = self.source.as_ref().map_or(0, |source| source.to_json().len());
        labels + boxes + queries + source
    }
}
