//! What `fit reproduce` says: rows of a table.

use protocols::reproduce::published::{Published, published};
use protocols::reproduce::{Protocol, ReproduceReport, Variant};
use serde::Serialize;

use super::reproduce_table;

/// The document of `fit reproduce`.
#[derive(Debug, Serialize)]
pub(crate) struct ReproduceDocument {
    /// What was computed.
    pub(crate) rows: Vec<ReproducedRow>,
    /// What was not.
    pub(crate) missing: Vec<MissingRow>,
}

/// A number of ours beside that of the paper.
#[derive(Debug, Serialize)]
pub(crate) struct ReproducedRow {
    #[serde(flatten)]
    pub(crate) report: ReproduceReport,
    /// The command that computes this row.
    pub(super) command: String,
    /// BLAKE3 of the command.
    pub(super) command_digest: String,
}

/// A row without a cache, or with one that does not serve.
#[derive(Debug, Serialize)]
pub(crate) struct MissingRow {
    /// The data set.
    pub(super) data_set: &'static str,
    /// The protocol.
    pub(super) protocol: &'static str,
    /// The variant.
    pub(super) variant: Variant,
    /// The number of the paper, where there is one.
    pub(super) published: Option<&'static Published>,
    /// Why it is missing.
    pub(super) reason: String,
    /// The command that makes its cache.
    pub(super) command: String,
}

impl ReproducedRow {
    /// The row of a report, which `command` computes.
    pub(crate) fn new(report: ReproduceReport, command: String) -> Self {
        let command_digest = blake3::hash(command.as_bytes()).to_string();
        Self { report, command, command_digest }
    }
}

impl MissingRow {
    /// The row of a protocol in a variant.
    pub(crate) fn new(protocol: &'static Protocol, variant: Variant, reason: String) -> Self {
        Self {
            data_set: protocol.data_set,
            protocol: protocol.name,
            variant,
            published: published(protocol, variant),
            reason,
            command: extract_command(protocol, variant),
        }
    }
}

impl ReproduceDocument {
    /// The document as text.
    pub(crate) fn text(&self) -> String {
        reproduce_table::text(self)
    }

    /// The table as Markdown.
    pub(crate) fn markdown(&self) -> String {
        reproduce_table::markdown(self)
    }
}

/// The command that makes a cache for `protocol` in `variant`.
pub(crate) fn extract_command(protocol: &Protocol, variant: Variant) -> String {
    let crop = if protocol.boxed == Some(true) { " --crop-box" } else { "" };
    let features = match variant {
        Variant::CnnSvm => "--preset squash --tap fc6_relu",
        Variant::CnnaugSvm => "--preset squash --tap fc6_relu --views razavian16",
        Variant::Vgg if !protocol.labels.is_one_class() => {
            "--tap fc7_relu --views scales:256,384,512,640,768"
        }
        Variant::Vgg => "--tap fc7_relu --views scales:256,384,512",
        Variant::Vissl => "--preset squash --tap fc7_relu",
        Variant::Kornblith => "--resize 224 --tap fc7_relu",
    };
    format!(
        "extract run IMAGES --source {}{crop} --weights vgg16-torchvision {features} --out {}-{variant}.h5",
        protocol.source, protocol.name
    )
}
