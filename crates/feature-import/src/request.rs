//! What is to be imported.

use std::path::PathBuf;

use schema::Dtype;

/// Features of one's own, and what is known of their rows. What is named is a key of an `.npz` file, a dataset of an
/// HDF5 file, or a column; or else a file beside it: `.npy`, or `.txt` with a line a row.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRequest {
    /// The file with the features.
    pub source: PathBuf,
    /// The cache to write.
    pub out: PathBuf,
    /// What made the features, in words. Heads are applied to features of the same words only.
    pub made_by: String,
    /// Names of the features in the file; several are columns, and `f*` is all columns of numbers that
    /// begin with `f` and are named for nothing else. By default the
    /// one matrix that is there, or all columns of numbers.
    pub features: Vec<String>,
    /// Whether the rows of the matrix are features, and its columns samples.
    pub transpose: bool,
    /// The classes of the rows.
    pub labels: Option<String>,
    /// Names of classes, where labels are their numbers.
    pub class_names: Option<String>,
    /// Paths of the images, or other names that tell rows apart; by default the numbers of rows.
    pub paths: Option<String>,
    /// The split of each row: `train`, `val` or `validation`, `test`, or nothing.
    pub splits: Option<String>,
    /// The name of the tap in the cache.
    pub tap: String,
    /// Element type of the features in the cache.
    pub dtype: Dtype,
}

impl ImportRequest {
    /// The features of `source`, and nothing about their rows.
    pub fn new(
        source: impl Into<PathBuf>,
        out: impl Into<PathBuf>,
        made_by: impl Into<String>,
    ) -> Self {
        Self {
            source: source.into(),
            out: out.into(),
            made_by: made_by.into(),
            features: Vec::new(),
            transpose: false,
            labels: None,
            class_names: None,
            paths: None,
            splits: None,
            tap: "features".to_owned(),
            dtype: Dtype::F32,
        }
    }
}
