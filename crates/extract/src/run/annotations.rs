//! From what the manifest tells of its samples to what the cache keeps.

use dataset::Sample;
use feature_cache::Annotations;
use schema::{GroundTruth, SourceRecord};

/// Labels and boxes of `samples`, in their order, as far as the data set has them, and what is told of all.
pub(super) fn annotations<'a>(
    is_multilabel: bool,
    has_boxes: bool,
    ground_truth: Option<GroundTruth>,
    source: SourceRecord,
    samples: impl Iterator<Item = Sample<'a>> + Clone,
) -> Annotations {
    let labels = || samples.clone().flat_map(|sample| sample.labels.unwrap_or_default()).copied();
    Annotations {
        labels: is_multilabel.then(|| labels().collect()),
        boxes: has_boxes.then(|| samples.clone().map(|sample| sample.bounding_box).collect()),
        ground_truth,
        source: Some(source),
    }
}
