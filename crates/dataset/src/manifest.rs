//! The list of samples that everything downstream follows.

use std::path::PathBuf;

use schema::{GroundTruth, PassedOver, Unlabelled, Unreadable};

use crate::samples::{Sample, Samples};

/// What to read and in which order: the rows of a feature cache before there are features.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The folder that every path below is relative to, as it was given.
    pub root: PathBuf,
    /// Names of the classes; the index is the label. Those of folders are in byte order and written
    /// like [`Sample::path`], those of a published data set in its own order.
    pub classes: Vec<String>,
    /// The samples, in byte order of their path: row `i` of the cache is sample `i`.
    pub samples: Samples,
    /// Which images answer which query, in data sets made for retrieval.
    pub ground_truth: Option<GroundTruth>,
    /// Folders and links that could not be read, in byte order of their path.
    pub unreadable: Vec<Unreadable>,
    /// Split and class folders without a single image below them, in byte order, relative to
    /// the root. A class that is empty in every split is not in [`classes`](Self::classes).
    pub empty_folders: Vec<String>,
    /// The files that were passed over because they are no images, neither by their extension nor, where
    /// they have none, by their first bytes. Hidden files are not counted.
    pub passed_over: PassedOver,
    /// Where images without a class lie beside those that have one.
    pub unlabelled: Vec<Unlabelled>,
    /// What a user should know about how the data set was read: lowercase sentences.
    pub notes: Vec<String>,
}

impl Manifest {
    /// Where the file of `sample` lies: its decoded path below [`root`](Self::root).
    pub fn file(&self, sample: Sample<'_>) -> PathBuf {
        sample.file(&self.root)
    }
}
