//! What some data sets tell of their samples besides one class and a split.

use crate::ground_truth::GroundTruth;

/// Labels, boxes and queries, as far as the data set has them. A cache with any of them has format 2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// For each sample and class 1 (present), -1 (absent) or 0 (neither: difficult, or not known),
    /// `n_samples x n_classes` numbers.
    pub labels: Option<Vec<i8>>,
    /// For each sample a box in pixels of its image as x, y, width, height; four NaN without.
    pub boxes: Option<Vec<[f32; 4]>>,
    /// Which images answer which query.
    pub ground_truth: Option<GroundTruth>,
}

impl Annotations {
    /// Whether there is nothing, so that the cache has format 1.
    pub fn is_empty(&self) -> bool {
        let Self { labels, boxes, ground_truth } = self;
        labels.is_none() && boxes.is_none() && ground_truth.is_none()
    }

    /// Whether `other` says the same: boxes of nothing are equal.
    pub fn equals(&self, other: &Self) -> bool {
        let bits = |boxes: &Option<Vec<[f32; 4]>>| {
            let numbers = boxes.as_ref().map(|boxes| boxes.as_flattened());
            numbers.map(|numbers| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>())
        };
        self.labels == other.labels
            && self.ground_truth == other.ground_truth
            && bits(&self.boxes) == bits(&other.boxes)
    }

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
        let boxes = self.boxes.as_ref().map_or(0, |boxes| size_of_val(boxes.as_slice()));
        let queries = self.ground_truth.as_ref().map_or(0, |truth| truth.to_json().len());
        labels + boxes + queries
    }
}
