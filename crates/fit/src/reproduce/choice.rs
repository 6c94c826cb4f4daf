//! Choosing C.

use std::cmp::Ordering;

use feature_cache::Cache;
use heads::{Folds, PathProblem};
use ndarray::Axis;

use super::ReproduceError;
use super::division::{Parts, divide};
use super::image_features::ImageFeatures;
use super::recipe::{Choice, Recipe};
use super::run::TriedC;
use super::solve::{compared, solve};
use super::task::Task;
use crate::evaluation::Metric;
use crate::folds::Division;
use crate::row_source::RowSource;
use crate::transform::Transform;

/// Tries every C of the recipe on the training images, and gives each with what `metric` says of the
/// images that it did not see; nothing where C is given.
pub(super) fn try_all(
    cache: &Cache,
    task: &Task,
    features: &ImageFeatures<'_>,
    transform: &Transform,
    (recipe, metric): (&Recipe, Metric),
    (images, seed): (&[usize], u64),
) -> Result<Vec<TriedC>, ReproduceError> {
    let (cs, parts) = match &recipe.choice {
        Choice::Given(_) | Choice::OfEachClass { .. } => return Ok(Vec::new()),
        Choice::Folds { cs, n_folds } => (cs, Some(Parts::Folds(*n_folds))),
        Choice::HeldOut { cs, fraction } => (cs, Some(Parts::HeldOut(*fraction))),
        Choice::Validation { cs } if task.validation.is_empty() => (cs, Some(Parts::HeldOut(0.2))),
        Choice::Validation { cs } => (cs, None),
    };
    let (images, division) = match parts {
        Some(parts) => (images.to_vec(), divide(cache, task, images, parts, seed)?),
        None => {
            let images = task.training(true);
            let is_out = |image| task.validation.binary_search(image).is_ok().then_some(0);
            let held_out_by = images.iter().map(is_out).collect();
            (images, Division { n_folds: 1, held_out_by })
        }
    };

    let rows = features.rows(&images);
    let source = RowSource::new(features.matrix(), &rows, transform);
    let truth = task.truth_of(&features.per_row(&images));
    let held_out_by = features.per_row(&division.held_out_by);
    let problem = PathProblem {
        rows: &source,
        targets: truth.targets(),
        n_classes: task.classes.len(),
        folds: Folds { n_folds: division.n_folds, held_out_by: &held_out_by },
    };
    let is_scored = |image: &usize| division.held_out_by[*image].is_some();
    let scored: Vec<usize> = (0..images.len()).filter(is_scored).collect();
    let scored_images: Vec<usize> = scored.iter().map(|&position| images[position]).collect();
    let scored_truth = task.truth_of(&scored_images);
    let mut tried = Vec::new();
    solve(recipe.method, &problem, &compared(cs), &mut |point| {
        let scores = features.sum_over_views(point.held_out_scores);
        let scores = scores.select(Axis(0), &scored);
        let measured = metric.measure(scores.view(), scored_truth.targets(), None);
        tried.push(TriedC { c: point.c, value: measured.map(|measured| measured.value) });
    })?;
    Ok(tried)
}

/// The C of the best value, the smallest of equals.
pub(super) fn best(tried: &[TriedC]) -> Option<f64> {
    let order = |a: &&TriedC, b: &&TriedC| {
        let by_value = a.value.partial_cmp(&b.value).unwrap_or(Ordering::Equal);
        by_value.then(b.c.total_cmp(&a.c))
    };
    tried.iter().max_by(order).map(|tried| tried.c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_of_equals_is_best() {
        let tried = [(0.1, Some(0.5)), (1.0, Some(0.7)), (10.0, Some(0.7)), (100.0, None)];
        let tried = tried.map(|(c, value)| TriedC { c, value });
        assert_eq!(best(&tried), Some(1.0));
        assert_eq!(best(&[]), None);
    }
}
