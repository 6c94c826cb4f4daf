//! From what was asked for to what will be done: every check that needs no image.

use std::path::PathBuf;

use dataset::{Manifest, Samples, Source};
use feature_cache::{LeakReport, SpaceEstimate};
use schema::{GroundTruth, Shard, SourceRecord, Unreadable};

use super::error::RunError;
use super::job::Job;
use super::shard;
use crate::overview::Overview;

/// A job in which everything is known to be there and to fit together.
pub(super) struct Plan {
    /// The folder that paths are relative to.
    pub(super) root: PathBuf,
    /// Names of the classes, the same for all shards.
    pub(super) classes: Vec<String>,
    /// The images of the shard, sorted by path.
    pub(super) samples: Samples,
    pub(super) shard: Option<Shard>,
    /// The queries of a benchmark of retrieval, the same for all shards.
    pub(super) ground_truth: Option<GroundTruth>,
    /// What could not be listed, as far as it is the shard's.
    pub(super) unreadable: Vec<Unreadable>,
    /// What the images are read from, the same for all shards.
    pub(super) source: SourceRecord,
    /// The images of all shards, counted before any is read.
    pub(super) overview: Overview,
}

impl Plan {
    pub(super) fn new(job: &Job) -> Result<Self, RunError> {
        let manifest = job.source.read(&job.images)?;
        let source = record(&job.source, &manifest);
        let rows = manifest.samples.iter().map(Into::into);
        let overview =
            Overview::new(&manifest.classes, rows, source.clone(), LeakReport::default(), None);
        if job.crop_box && !manifest.samples.has_boxes() {
            return Err(RunError::NoBoxes { source_name: job.source.to_string() });
        }
        let Manifest { root, classes, mut samples, ground_truth, mut unreadable, .. } = manifest;
        if let Some(shard) = job.shard {
            samples = samples.retained(|path| shard::holds(shard, path));
            unreadable.retain(|folder| shard::holds(shard, &folder.path));
            if samples.is_empty() {
                return Err(RunError::EmptyShard { images: root, shard });
            }
        }
        let shard = job.shard;
        Ok(Self { root, classes, samples, shard, ground_truth, unreadable, source, overview })
    }

    /// What all of it takes on disk.
    pub(super) fn space(&self) -> SpaceEstimate {
        let n_samples = self.samples.len();
        let longest_path = self.samples.iter().map(|sample| sample.path.len()).max().unwrap_or(0);
        SpaceEstimate { n_rows: n_samples, n_samples, longest_path }
    }
}

/// What the cache keeps of the source.
fn record(source: &Source, manifest: &Manifest) -> SourceRecord {
    SourceRecord {
        source: source.to_string(),
        passed_over: manifest.passed_over.clone(),
        empty_folders: manifest.empty_folders.clone(),
        unlabelled: manifest.unlabelled.clone(),
        notes: manifest.notes.clone(),
    }
}
