//! From what the manifest tells of its samples to what the cache keeps.

use dataset::{BoundingBox, Query, Sample};
use feature_cache::{Annotations, GroundTruth, RetrievalProtocol};

/// The queries as the cache keeps them.
pub(super) fn ground_truth(manifest: &dataset::GroundTruth) -> GroundTruth {
    let protocol = match manifest.protocol {
        dataset::RetrievalProtocol::Buildings => RetrievalProtocol::Buildings,
        dataset::RetrievalProtocol::Holidays => RetrievalProtocol::Holidays,
        dataset::RetrievalProtocol::Ukbench => RetrievalProtocol::Ukbench,
    };
    GroundTruth { protocol, queries: manifest.queries.iter().cloned().map(query).collect() }
}

fn query(query: Query) -> feature_cache::Query {
    let Query { name, image, bounding_box, good, ok, junk } = query;
    let bounding_box = bounding_box.map(BoundingBox::to_array);
    feature_cache::Query { name, image, bounding_box, good, ok, junk }
}

/// Labels and boxes of `samples`, in their order, as far as the data set has them.
pub(super) fn annotations<'a>(
    has_label_sets: bool,
    has_boxes: bool,
    ground_truth: Option<GroundTruth>,
    samples: impl Iterator<Item = Sample<'a>> + Clone,
) -> Annotations {
    let labels = || samples.clone().flat_map(|sample| sample.labels.unwrap_or_default()).copied();
    let in_box =
        |sample: Sample<'_>| sample.bounding_box.map_or([f32::NAN; 4], BoundingBox::to_array);
    Annotations {
        labels: has_label_sets.then(|| labels().collect()),
        boxes: has_boxes.then(|| samples.clone().map(in_box).collect()),
        ground_truth,
    }
}
