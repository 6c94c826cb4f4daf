//! A protocol on a cache.

use std::path::PathBuf;

use feature_cache::{Cache, Checksums};
use metrics::{Bootstrap, Measured, Metric};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use train::{TapFeatures, cache_digest};

use super::image_features::ImageFeatures;
use super::published::published;
use super::recipe::{Recipe, RecipeOptions};
use super::report::{ReproduceReport, ReproducedClass};
use super::scores::{Scored, Subject, score_tests};
use super::task::{Task, TaskError};
use super::views_check::check_views;
use super::{Protocol, ReproduceError, Variant};
use crate::view_name::ViewName;

/// A protocol to run on a cache.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReproduceRequest {
    /// The feature cache.
    pub cache: PathBuf,
    /// The protocol; in JSON its name.
    #[serde(serialize_with = "to_name", deserialize_with = "of_name")]
    pub protocol: &'static Protocol,
    /// The variant.
    pub variant: Variant,
    /// The tap; the only one of the cache when absent.
    #[serde(default)]
    pub tap: Option<String>,
    /// What is changed of the recipe.
    #[serde(default)]
    pub options: RecipeOptions,
    /// Seed of how training images are divided to choose C.
    #[serde(default)]
    pub seed: u64,
    /// How the interval is made; none when absent.
    #[serde(default)]
    pub bootstrap: Option<Bootstrap>,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

impl ReproduceRequest {
    /// A protocol in a variant on `cache`, as the paper has it, without an interval.
    pub fn new(cache: impl Into<PathBuf>, protocol: &'static Protocol, variant: Variant) -> Self {
        Self {
            cache: cache.into(),
            protocol,
            variant,
            tap: None,
            options: RecipeOptions::default(),
            seed: 0,
            bootstrap: None,
            checksums: Checksums::default(),
        }
    }
}

fn to_name<S: Serializer>(protocol: &Protocol, serializer: S) -> Result<S::Ok, S::Error> {
    protocol.name.serialize(serializer)
}

fn of_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Protocol, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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

/// Runs a protocol on a cache.
///
/// # Errors
/// [`ReproduceError`].
///
/// # Examples
///
/// ```no_run
/// use protocols::reproduce::{ReproduceRequest, Variant, reproduce};
///
/// let request = ReproduceRequest::new("mit67.h5", "mit67".parse()?, Variant::CnnSvm);
/// let report = reproduce(&request)?;
/// println!("{:.1} %, published {:?}", 100.0 * report.value, report.published);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reproduce(request: &ReproduceRequest) -> Result<ReproduceReport, ReproduceError> {
    let &ReproduceRequest { protocol, variant, ref options, .. } = request;
    request.bootstrap.map_or(Ok(()), Bootstrap::check)?;
    let cache = &Cache::open_with(&request.cache, request.checksums)?;
    if variant == Variant::Vissl && protocol.name != "voc2007" {
        return Err(ReproduceError::NoSuchVariant { protocol, variant });
    }
    let unfit = |problem: String| ReproduceError::DoesNotFit {
        path: cache.path().to_owned(),
        protocol,
        variant,
        problem,
    };
    let recipe = Recipe::of(protocol, variant, options);
    let with_validation = protocol.trains_on_validation || variant == Variant::Kornblith;
    let task = Task::of(cache, protocol.labels, with_validation).map_err(|error| match error {
        TaskError::Read(error) => error.into(),
        TaskError::Unfit(problem) => unfit(problem),
    })?;
    let tap = TapFeatures::open_views(cache, request.tap.as_deref())?;
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
        notes.push(format!("C {c} is at the edge of what was tried: a wider range may be better"));
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
    let provenance = cache.provenance();
    let published = published(protocol, variant);
    let class = |(name, &value)| ReproducedClass { name, value };
    Ok(ReproduceReport {
        data_set: protocol.data_set,
        protocol: protocol.name,
        variant,
        backbone: provenance.backbone.clone(),
        weights: provenance.weights.name.clone(),
        tap: tap.name().to_owned(),
        views: provenance.views.clone(),
        metric,
        value: measured.value,
        interval: measured.interval,
        difference: published.map(|published| 100.0 * measured.value - published.percent),
        published,
        c,
        tried,
        n_train: images.len(),
        n_train_rows: images.len() * features.used,
        n_test: task.test.len(),
        classes: task.classes.into_iter().zip(&measured.classes).map(class).collect(),
        converged,
        notes,
        cache: request.cache.display().to_string(),
        cache_digest: cache_digest(cache)?,
    })
}

/// The classes that the mean leaves out.
fn left_out<'a>(measured: &Measured, classes: &'a [String]) -> Vec<&'a str> {
    let values = measured.classes.iter().zip(classes);
    values.filter(|(value, _)| value.is_none()).map(|(_, name)| name.as_str()).collect()
}
