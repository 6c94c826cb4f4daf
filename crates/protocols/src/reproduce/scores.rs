//! Scores of test images.

use feature_cache::Cache;
use head::{Pipeline, Transform};
use heads::{Folds, Head, PathProblem};
use learn::{Labels, RowSource, fit_transform};
use metrics::Metric;
use ndarray::{Array2, Axis};

use super::ReproduceError;
use super::choice::{best, try_all};
use super::image_features::ImageFeatures;
use super::recipe::{Choice, Recipe};
use super::run::TriedC;
use super::solve::{kept, solve};
use super::task::Task;
use super::vissl::vissl_scores;

/// What a recipe is applied to.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a, 'f> {
    pub(super) cache: &'a Cache,
    pub(super) task: &'a Task,
    pub(super) features: &'a ImageFeatures<'f>,
    /// The images that are trained on.
    pub(super) images: &'a [usize],
}

/// Scores of the test images, and how they came about.
pub(super) struct Scored {
    /// `[n_test, n_classes]`.
    pub(super) scores: Array2<f32>,
    /// C, or that of each class.
    pub(super) c: Vec<f64>,
    pub(super) tried: Vec<TriedC>,
    pub(super) converged: bool,
}

/// Chooses C, trains, and scores the test images.
pub(super) fn score_tests(
    subject: Subject<'_, '_>,
    recipe: &Recipe,
    metric: Metric,
    seed: u64,
) -> Result<Scored, ReproduceError> {
    let Subject { task, features, images, .. } = subject;
    if let (Choice::OfEachClass { cs }, Labels::MultiLabel(truth)) =
        (&recipe.choice, task.truth_of(images))
    {
        let of = |images: &[usize]| features.matrix().select(Axis(0), &features.rows(images));
        return Ok(vissl_scores((of(images), of(&task.test)), &truth, recipe.method, cs)?);
    }
    let rows = features.rows(images);
    let as_it_is = Transform::default();
    let untransformed = RowSource::block_by_block(features.matrix(), &rows, &as_it_is);
    let transform = fit_transform(&recipe.steps, &untransformed)?;
    let tried = try_all(subject, &transform, recipe, metric, seed)?;
    let c = match recipe.choice {
        Choice::Given(c) => c,
        _ => best(&tried).expect("there is a C to try"),
    };
    let (head, converged) = train(subject, &rows, &transform, recipe, c)?;
    let pipeline = Pipeline { transform, head };
    let scores = pipeline.decision_function(features.matrix(), &features.rows(&task.test));
    let scores = features.sum_over_views(recipe.method.responses(scores));
    Ok(Scored { scores, c: vec![c], tried, converged })
}

/// The head of all training rows, and whether its fit met the tolerance.
fn train(
    Subject { task, features, images, .. }: Subject<'_, '_>,
    rows: &[usize],
    transform: &Transform,
    recipe: &Recipe,
    c: f64,
) -> Result<(Head, bool), ReproduceError> {
    let source = RowSource::new(features.matrix(), rows, transform);
    let truth = task.truth_of(&features.per_row(images));
    let held_out_by = vec![None; rows.len()];
    let problem = PathProblem {
        rows: &source,
        targets: truth.targets(),
        n_classes: task.classes.len(),
        folds: Folds { n_folds: 1, held_out_by: &held_out_by },
    };
    let mut fitted = None;
    solve(recipe.method, &problem, &kept(recipe.method, c), &mut |point| {
        fitted = point.head.map(|head| (head, point.converged));
    })?;
    Ok(fitted.expect("a path of one C has a point with its head"))
}
