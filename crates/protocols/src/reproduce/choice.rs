//! Choosing C.

use std::cmp::Ordering;

use head::Transform;
use heads::{Folds, PathProblem};
use learn::{Division, RowSource};
use metrics::{Metric, mean};
use ndarray::Axis;

use super::ReproduceError;
use super::division::{Parts, divide};
use super::recipe::{Choice, Recipe};
use super::run::TriedC;
use super::scores::Subject;
use super::solve::{compared, solve};

/// Tries every C of the recipe on the training images, and gives each with what `metric` says of the
/// images that its heads did not see, the mean over folds; nothing where C is given.
pub(super) fn try_all(
    Subject { cache, task, features, images }: Subject<'_, '_>,
    transform: &Transform,
    recipe: &Recipe,
    metric: Metric,
    seed: u64,
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
    let mut tried = Vec::new();
    solve(recipe.method, &problem, &compared(cs), &mut |point| {
        let scores = features.sum_over_views(point.held_out_scores);
        // Heads of different folds give scores that are not to be ranked together.
        let of_fold = |fold: usize| {
            let positions = division.held_out(fold);
            let held_out: Vec<usize> = positions.iter().map(|&position| images[position]).collect();
            let scores = scores.select(Axis(0), &positions);
            metric.measure(scores.view(), task.truth_of(&held_out).truth(), None)
        };
        let folds = (0..division.n_folds).filter_map(of_fold).map(|measured| measured.value);
        tried.push(TriedC { c: point.c, value: mean(folds) });
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
