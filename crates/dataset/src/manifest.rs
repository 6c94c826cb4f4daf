//! The list of samples that everything downstream follows.

use std::path::{Path, PathBuf};

use crate::encoded_path;

/// What to read and in which order: the rows of a feature cache before there are features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The folder that every path below is relative to, as it was given.
    pub root: PathBuf,
    /// Names of the classes in byte order; the index is the label. Written like [`Sample::path`].
    pub classes: Vec<String>,
    /// The samples, in byte order of their path: row `i` of the cache is sample `i`.
    pub samples: Vec<Sample>,
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
    pub fn file(&self, sample: &Sample) -> PathBuf {
        sample.file(&self.root)
    }
}

/// One image file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Path relative to the root, components joined by `/`. A `%` is written `%25` and a byte
    /// that is not part of valid UTF-8 `%XX`, so that [`Sample::file`] finds the exact name again.
    pub path: String,
    /// Index into [`Manifest::classes`], or `None` for an unlabeled image.
    pub label: Option<u32>,
    /// The part of the data set that the image belongs to.
    pub split: Split,
}

impl Sample {
    /// Where the file lies when the manifest's root is (now) at `root`.
    pub fn file(&self, root: &Path) -> PathBuf {
        root.join(encoded_path::decode(&self.path))
    }
}

/// The part of a data set that a sample belongs to. `split as u8` is the code that the cache
/// file stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Split {
    /// The data set is not divided, or says nothing about this sample.
    None = 0,
    /// For training.
    Train = 1,
    /// For choosing hyper-parameters.
    Validation = 2,
    /// For the final figures.
    Test = 3,
}

/// A folder or link that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Path relative to the root, written like [`Sample::path`].
    pub path: String,
    /// Why, in words.
    pub reason: String,
}
