//! From what was asked for to what will be done: every check that needs no image.

use std::path::PathBuf;

use dataset::{Manifest, Samples, Source};
use feature_cache::SpaceEstimate;
use schema::{GroundTruth, Unreadable};

use super::error::RunError;
use super::job::Job;
use super::shard;

/// A job in which everything is known to be there and to fit together.
pub(super) struct Plan {
    /// The folder that paths are relative to.
    pub(super) root: PathBuf,
    /// Names of the classes, the same for all shards.
    pub(super) classes: Vec<String>,
    /// The images of the shard, sorted by path.
    pub(super) samples: Samples,
    /// The queries of a benchmark of retrieval, the same for all shards.
    pub(super) ground_truth: Option<GroundTruth>,
    /// What could not be listed, as far as it is the shard's.
    pub(super) unreadable: Vec<Unreadable>,
    pub(super) warnings: Vec<String>,
}

impl Plan {
    pub(super) fn new(job: &Job) -> Result<Self, RunError> {
        let manifest = job.source.read(&job.images)?;
        let warnings = warnings(&job.source, &manifest);
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
        Ok(Self { root, classes, samples, ground_truth, unreadable, warnings })
    }

    /// What all of it takes on disk.
    pub(super) fn space(&self) -> SpaceEstimate {
        let n_samples = self.samples.len();
        let longest_path = self.samples.iter().map(|sample| sample.path.len()).max().unwrap_or(0);
        SpaceEstimate { n_rows: n_samples, n_samples, longest_path }
    }
}

fn warnings(source: &Source, manifest: &Manifest) -> Vec<String> {
    let mut warnings: Vec<String> = manifest
        .empty_folders
        .iter()
        .map(|folder| format!("the folder `{folder}` holds no image"))
        .collect();
    warnings.extend_from_slice(&manifest.notes);
    let n_unlabelled = manifest.samples.iter().filter(|sample| sample.label.is_none()).count();
    let has_classes = !manifest.classes.is_empty() && !manifest.samples.is_multilabel();
    if n_unlabelled > 0 && has_classes && *source == Source::folder() {
        warnings.push(format!("{n_unlabelled} images lie in no class folder: they have no label"));
    }
    warnings
}
