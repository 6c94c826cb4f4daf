//! The list of samples that everything downstream follows.

use std::path::PathBuf;

use crate::samples::{Sample, Samples};

/// What to read and in which order: the rows of a feature cache before there are features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The folder that every path below is relative to, as it was given.
    pub root: PathBuf,
    /// Names of the classes in byte order; the index is the label. Written like [`Sample::path`].
    pub classes: Vec<String>,
    /// The samples, in byte order of their path: row `i` of the cache is sample `i`.
    pub samples: Samples,
    /// Folders and links that could not be read, in byte order of their path.
    pub unreadable: Vec<Unreadable>,
    /// Split and class folders without a single image below them, in byte order, relative to
    /// the root. A class that is empty in every split is not in [`classes`](Self::classes).
    pub empty_folders: Vec<String>,
    /// How many files were passed over because their extension is no image's. Hidden files are
    /// not counted.
    pub ignored: usize,
}

impl Manifest {
    /// Where the file of `sample` lies: its decoded path below [`root`](Self::root).
    pub fn file(&self, sample: Sample<'_>) -> PathBuf {
        sample.file(&self.root)
    }
}

/// A folder or link that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Path relative to the root, written like [`Sample::path`].
    pub path: String,
    /// Why, in words.
    pub reason: String,
}
