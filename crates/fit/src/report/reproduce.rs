//! What `fit reproduce` says: rows of a table.

use feature_cache::Provenance;
use metrics::{Interval, Metric};
use serde::Serialize;

use super::Stamp;
use super::reproduce_table::{markdown, text};
use crate::reproduce::published::{Published, published};
use crate::reproduce::{Outcome, Protocol, TriedC, Variant};

/// The document of `fit reproduce`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReproduceDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// What was computed.
    pub rows: Vec<ReproducedRow>,
    /// What was not.
    pub missing: Vec<MissingRow>,
}

/// A number of ours beside that of the paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReproducedRow {
    /// The data set.
    pub data_set: &'static str,
    /// The protocol.
    pub protocol: &'static str,
    /// The variant.
    pub variant: Variant,
    /// Architecture of the network.
    pub backbone: String,
    /// Name of its weights.
    pub weights: String,
    /// The tap.
    pub tap: String,
    /// The views that the cache has of each image.
    pub views: String,
    /// What is measured.
    pub metric: Metric,
    /// The number, 0 to 1.
    pub value: f64,
    /// Its 95 % bootstrap interval over test images.
    pub interval: Option<Interval>,
    /// The number of the paper, where there is one.
    pub published: Option<PublishedNumber>,
    /// Our number less that of the paper, in points of a percent.
    pub difference: Option<f64>,
    /// C, or that of each class.
    pub c: Vec<f64>,
    /// What it was chosen from; empty where it was given, or chosen for each class.
    pub tried: Vec<TriedC>,
    /// Images trained on.
    pub n_train: usize,
    /// Rows trained on: images, or views of them.
    pub n_train_rows: usize,
    /// Images tested.
    pub n_test: usize,
    /// What each class adds to the mean.
    pub classes: Vec<ReproducedClass>,
    /// Whether the heads that were tested met their tolerance.
    pub converged: bool,
    /// What is to be known about the number.
    pub notes: Vec<String>,
    /// The cache.
    pub cache: String,
    /// BLAKE3 of what the cache holds.
    pub cache_digest: String,
    /// The command that computes this row.
    pub command: String,
    /// BLAKE3 of the command.
    pub command_digest: String,
}

/// A number of a paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublishedNumber {
    /// The number, in percent.
    pub percent: f64,
    /// Deviation over random splits, in percent, where one is given.
    pub deviation: Option<f64>,
    /// The network, and the layer of it.
    pub network: &'static str,
    /// The paper.
    pub source: &'static str,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReproducedClass {
    /// Its name.
    pub name: String,
    /// What it adds to the mean, 0 to 1; null where it is left out.
    pub value: Option<f64>,
}

/// A row without a cache, or with one that does not serve.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MissingRow {
    /// The data set.
    pub data_set: &'static str,
    /// The protocol.
    pub protocol: &'static str,
    /// The variant.
    pub variant: Variant,
    /// The number of the paper, where there is one.
    pub published: Option<PublishedNumber>,
    /// Why it is missing.
    pub reason: String,
    /// The command that makes its cache.
    pub command: String,
}

/// Where a row comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct RowOrigin<'a> {
    /// The cache.
    pub cache: String,
    /// BLAKE3 of what it holds.
    pub cache_digest: String,
    /// What made its features.
    pub provenance: &'a Provenance,
    /// The command that computes the row.
    pub command: String,
}

impl ReproducedRow {
    /// The row of an outcome.
    pub fn new(
        protocol: &'static Protocol,
        variant: Variant,
        outcome: Outcome,
        origin: RowOrigin<'_>,
    ) -> Self {
        let RowOrigin { cache, cache_digest, provenance, command } = origin;
        let published = published(protocol, variant).map(PublishedNumber::from);
        let value = outcome.measured.value;
        let values = outcome.measured.classes.iter();
        let class = |(name, &value)| ReproducedClass { name, value };
        Self {
            data_set: protocol.data_set,
            protocol: protocol.name,
            variant,
            backbone: provenance.backbone.clone(),
            weights: provenance.weights.name.clone(),
            tap: outcome.tap,
            views: provenance.views.clone(),
            metric: outcome.metric,
            value,
            interval: outcome.measured.interval,
            difference: published.as_ref().map(|published| 100.0 * value - published.percent),
            published,
            c: outcome.c,
            tried: outcome.tried,
            n_train: outcome.n_train,
            n_train_rows: outcome.n_rows,
            n_test: outcome.n_test,
            classes: outcome.classes.into_iter().zip(values).map(class).collect(),
            converged: outcome.converged,
            notes: outcome.notes,
            cache,
            cache_digest,
            command_digest: blake3::hash(command.as_bytes()).to_string(),
            command,
        }
    }
}

impl MissingRow {
    /// The row of a protocol in a variant.
    pub fn new(protocol: &'static Protocol, variant: Variant, reason: String) -> Self {
        Self {
            data_set: protocol.data_set,
            protocol: protocol.name,
            variant,
            published: published(protocol, variant).map(PublishedNumber::from),
            reason,
            command: protocol.extract_command(variant),
        }
    }
}

impl From<&Published> for PublishedNumber {
    fn from(published: &Published) -> Self {
        let &Published { percent, deviation, network, source, .. } = published;
        Self { percent, deviation, network, source }
    }
}

impl ReproduceDocument {
    /// The document of these rows.
    pub fn new(rows: Vec<ReproducedRow>, missing: Vec<MissingRow>) -> Self {
        Self { stamp: Stamp::new("offshelf-reproduce"), rows, missing }
    }

    /// The document as text.
    pub fn text(&self) -> String {
        text(self)
    }

    /// The table as Markdown.
    pub fn markdown(&self) -> String {
        markdown(self)
    }
}
