//! The labels of a cache against what heads say that have not seen them.

use std::collections::BTreeSet;

use feature_cache::Cache;
use head::{Part, Settings};
use learn::Rows;
use ndarray::Array2;
use serde::Serialize;
use train::{RowsError, Samples, TapFeatures, group_rows};

use crate::audit_request::{AuditError, AuditRequest};
use crate::audited_image::{AuditedImage, Images};
use crate::held_out::{HeldOutProbabilities, held_out_probabilities};
use crate::label_errors::likely_label_errors;

/// Relative duality gap of the heads.
const TOL: f64 = 1e-4;

/// The labels that are likely wrong, and how they were found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelCheck {
    /// Rows checked.
    pub n_checked: usize,
    /// Folds that rows were held out by.
    pub n_folds: usize,
    /// The C of the softmax heads, the one of those tried that makes the labels of held-out rows likeliest.
    pub c: f64,
    /// Mean log loss of the held-out rows.
    pub log_loss: f64,
    /// Share of the held-out rows whose label is their likeliest class.
    pub accuracy: f64,
    /// Whether the fits met their tolerance.
    pub converged: bool,
    /// Classes that were not checked: they have fewer images of different content than there are folds.
    pub unchecked_classes: Vec<String>,
    /// The likely errors, the least likely label first.
    pub errors: Vec<LabelError>,
    /// The probabilities that these were found with.
    #[serde(skip)]
    pub probabilities: HeldOutTable,
}

/// A label that is likely wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelError {
    /// The image.
    #[serde(flatten)]
    pub image: AuditedImage,
    /// Probability of its class.
    pub probability: f64,
    /// The likeliest class.
    pub suggestion: String,
    /// Probability of that.
    pub suggestion_probability: f64,
}

/// Held-out probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOutTable {
    /// The classes that were checked.
    pub classes: Vec<String>,
    /// The images that were checked, in the order of the cache.
    pub images: Vec<AuditedImage>,
    /// `[n_images, n_classes]`.
    pub probabilities: Array2<f64>,
}

/// Checks the labels of all rows of `cache`. `None` where fewer than two classes can be checked.
pub(crate) fn check_labels(
    request: &AuditRequest,
    cache: &Cache,
    tap: &TapFeatures,
    images: &Images<'_>,
) -> Result<Option<LabelCheck>, AuditError> {
    let samples = Samples::of(cache)?;
    if images.is_multilabel() || !samples.has(Part::All) {
        return Ok(None);
    }
    let (rows, unchecked_classes) = checkable(request, cache, &samples)?;
    let classes = names_of(&rows, cache.classes());
    if classes.len() < 2 {
        return Ok(None);
    }
    let rows = relabelled(rows, cache.classes(), &classes);
    let groups = group_rows(cache, request.group_by.as_ref(), &rows)?;
    let examples = tap.examples(rows)?;
    let settings = Settings { tol: Some(TOL), seed: request.seed, ..Settings::default() };
    let (n_folds, cs) = (request.folds, &request.cs);
    let HeldOutProbabilities { c, log_loss, converged, probabilities } =
        held_out_probabilities(&examples, &classes, &groups, n_folds, cs, &settings)
            .map_err(|source| AuditError::HeldOut { cache: request.cache.clone(), source })?;
    let labels = examples.rows.labels.classes();
    let likeliest = metrics::argmax_rows(probabilities.view());
    let n_right = likeliest.iter().zip(labels).filter(|(class, label)| class == label).count();
    let error = |position: usize| LabelError {
        image: images.image(examples.rows.indices[position]),
        probability: probabilities[[position, labels[position]]],
        suggestion: classes[likeliest[position]].clone(),
        suggestion_probability: probabilities[[position, likeliest[position]]],
    };
    let errors = likely_label_errors(labels, probabilities.view()).into_iter().map(error).collect();
    let checked = examples.rows.indices.iter().map(|&row| images.image(row)).collect();
    Ok(Some(LabelCheck {
        n_checked: labels.len(),
        n_folds,
        c,
        log_loss,
        accuracy: n_right as f64 / labels.len() as f64,
        converged,
        unchecked_classes,
        errors,
        probabilities: HeldOutTable { classes, images: checked, probabilities },
    }))
}

/// The labelled rows of all classes that each fold can hold a row of out, labelled for the classes of the cache,
/// and the other classes that have rows.
fn checkable(
    request: &AuditRequest,
    cache: &Cache,
    samples: &Samples<'_>,
) -> Result<(Rows, Vec<String>), AuditError> {
    let error = |source: RowsError| AuditError::Rows { cache: request.cache.clone(), source };
    let rows = samples.select(Part::All, cache.classes()).map_err(error)?;
    let groups = group_rows(cache, request.group_by.as_ref(), &rows)?;
    let labels = rows.labels.classes();
    let mut groups_of = vec![BTreeSet::new(); cache.classes().len()];
    for (&label, group) in labels.iter().zip(groups) {
        groups_of[label].insert(group);
    }
    let is_checked = |class: usize| groups_of[class].len() >= request.folds;
    let unchecked =
        (0..groups_of.len()).filter(|&class| !groups_of[class].is_empty() && !is_checked(class));
    let unchecked = unchecked.map(|class| cache.classes()[class].clone()).collect();
    let positions: Vec<usize> = (0..rows.len()).filter(|&row| is_checked(labels[row])).collect();
    Ok((rows.at(&positions), unchecked))
}

/// The classes of `all` that `rows` have, in their order.
fn names_of(rows: &Rows, all: &[String]) -> Vec<String> {
    let labels: BTreeSet<usize> = rows.labels.classes().iter().copied().collect();
    labels.into_iter().map(|label| all[label].clone()).collect()
}

/// The rows, which are labelled for `all`, labelled for `classes`.
fn relabelled(rows: Rows, all: &[String], classes: &[String]) -> Rows {
    let place = |name: &String| classes.iter().position(|class| class == name);
    let new_label: Vec<Option<usize>> = all.iter().map(place).collect();
    let labels = rows.labels.classes().iter().filter_map(|&label| new_label[label]).collect();
    Rows { labels: learn::Labels::Classes(labels), ..rows }
}
