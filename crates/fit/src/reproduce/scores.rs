//! Scores of test images.

use heads::Head;
use ndarray::Array2;

use super::image_features::ImageFeatures;
use super::solve::Method;
use crate::pipeline::Pipeline;
use crate::transform::Transform;

/// Responses of a head to `images`, summed over their views: `[images.len(), n_classes]`.
pub(super) fn scores_of(
    images: &[usize],
    features: &ImageFeatures<'_>,
    transform: &Transform,
    (method, head): (Method, Head),
) -> Array2<f32> {
    let pipeline = Pipeline { transform: transform.clone(), head };
    let scores = pipeline.decision_function(features.matrix(), &features.rows(images));
    features.sum_over_views(method.responses(scores))
}
