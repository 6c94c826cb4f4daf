//! A protocol on a cache.

use feature_cache::Cache;
use metrics::{Bootstrap, Measured, Metric};
use serde::Serialize;

use super::image_features::ImageFeatures;
use super::recipe::{Recipe, RecipeOptions};
use super::scores::{Scored, Subject, score_tests};
use super::task::{Task, TaskError};
use super::views_check::check_views;
use super::{Protocol, ReproduceError, Variant};
use crate::tap_features::TapFeatures;
use crate::view_name::ViewName;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The protocol.
    pub protocol: &'static Protocol,
    /// The variant.
    pub variant: Variant,
    /// The tap, where the cache has several.
    pub tap: Option<&'a str>,
    /// What is changed of the recipe.
    pub options: &'a RecipeOptions,
    /// Seed of how training images are divided to choose C.
    pub seed: u64,
    /// How the interval is made, if one is.
    pub bootstrap: Option<Bootstrap>,
}

/// A value of C, and the metric on images that its head did not see; `None` where no class of theirs
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TriedC {
    /// C.
    pub c: f64,
    /// The metric, 0 to 1.
    pub value: Option<f64>,
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The tap.
    pub tap: String,
    /// What is measured.
    pub metric: Metric,
    /// The number, its interval, and what each class adds.
    pub measured: Measured,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// C, or that of each class.
    pub c: Vec<f64>,
    /// What it was chosen from.
    pub tried: Vec<TriedC>,
    /// Images trained on.
    pub n_train: usize,
    /// Images tested.
    pub n_test: usize,
    /// Rows trained on: images, or views of them.
    pub n_rows: usize,
    /// Whether the heads that were tested met their tolerance.
    pub converged: bool,
    /// What is to be known about the number.
    pub notes: Vec<String>,
}

/// Runs a protocol on a cache.
///
/// # Errors
/// [`ReproduceError`].
pub fn reproduce(cache: &Cache, request: &Request<'_>) -> Result<Outcome, ReproduceError> {
    let Request { protocol, variant, options, .. } = *request;
    if variant == Variant::Vissl && protocol.name != "voc2007" {
        let (protocol, variant) = (protocol.name, variant.name());
        return Err(ReproduceError::NoSuchVariant { protocol, variant });
    }
    let unfit = |problem: String| ReproduceError::DoesNotFit {
        path: cache.path().to_owned(),
        protocol: protocol.name,
        variant: variant.name(),
        problem,
        hint: protocol.extract_command(variant),
    };
    let recipe = Recipe::of(protocol, variant, options);
    let with_validation = protocol.trains_on_validation || variant == Variant::Kornblith;
    let task = Task::of(cache, protocol.labels, with_validation).map_err(|error| match error {
        TaskError::Read(error) => error.into(),
        TaskError::Unfit(problem) => unfit(problem),
    })?;
    let tap = TapFeatures::open_views(cache, request.tap)?;
    let mut notes = Vec::new();
    let views = ViewName::of(&cache.provenance().views);
    check_views(&views, tap.n_views(), protocol, &recipe, &mut notes).map_err(unfit)?;
    if task.n_absent > 0 {
        let n = task.n_absent;
        notes.push(format!("{n} classes of the cache have no image and are left out"));
    }
    if task.classes.len() != protocol.n_classes {
        let (here, there) = (task.classes.len(), protocol.n_classes);
        notes.push(format!("{here} classes have images, {} has {there}", protocol.data_set));
    }

    let images = task.training(with_validation);
    tap.check_finite(&[images.as_slice(), &task.test].concat())?;
    let features = ImageFeatures::new(tap.view(), tap.n_views(), recipe.views);
    let metric = if variant == Variant::Vissl { Metric::AllPointMap } else { protocol.metric };

    let subject = Subject { cache, task: &task, features: &features, images: &images };
    let scored = score_tests(subject, &recipe, metric, request.seed)?;
    let Scored { scores, c, tried, converged } = scored;
    if let ([c], [first, .., last]) = (c.as_slice(), tried.as_slice())
        && [first.c, last.c].contains(c)
    {
        notes.push(format!("C {c} is at the edge of what was tried: a wider `--c` may be better"));
    }

    let truth = task.truth_of(&task.test);
    let measured = metric.measure(scores.view(), truth.truth(), request.bootstrap);
    let measured = measured.ok_or_else(|| unfit("no test image has a class".to_owned()))?;
    let left_out: Vec<&str> = left_out(&measured, &task.classes);
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        notes.push(format!(
            "left out of the mean, since the test images do not show both sides: {names}"
        ));
    }
    Ok(Outcome {
        tap: tap.name().to_owned(),
        metric,
        measured,
        c,
        tried,
        n_train: images.len(),
        n_test: task.test.len(),
        n_rows: images.len() * features.used,
        converged,
        notes,
        classes: task.classes,
    })
}

/// The classes that the mean leaves out.
fn left_out<'a>(measured: &Measured, classes: &'a [String]) -> Vec<&'a str> {
    let values = measured.classes.iter().zip(classes);
    values.filter(|(value, _)| value.is_none()).map(|(_, name)| name.as_str()).collect()
}
