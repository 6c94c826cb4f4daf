//! Why features cannot be imported.

use std::io;
use std::path::PathBuf;

use feature_cache::{OpenError, WriteError};

/// Why features cannot be imported. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read as what it is.
    #[error("cannot import from `{}`", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// Why.
        source: SourceError,
    },
    /// The file has another ending than those that are read.
    #[error(
        "`{}` is none of the files that are read: .npy, .npz, .h5 or .hdf5, .parquet, .csv",
        .0.display()
    )]
    Kind(PathBuf),
    /// What was named is neither in the file nor a file.
    #[error(
        "there is no `{name}` in `{}`, and no such file; there are {}",
        path.display(),
        listed(there_are)
    )]
    NoSuchName {
        /// The file with the features.
        path: PathBuf,
        /// What was asked for.
        name: String,
        /// What is there.
        there_are: Vec<String>,
    },
    /// Several things could be the features.
    #[error(
        "`{}` holds several matrices that could be the features: {}",
        path.display(),
        listed(there_are)
    )]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// The matrices.
        there_are: Vec<String>,
    },
    /// Nothing could be the features.
    #[error(
        "`{}` holds no matrix of numbers; there are {}",
        path.display(),
        listed(there_are)
    )]
    NoFeatures {
        /// The file.
        path: PathBuf,
        /// What is there.
        there_are: Vec<String>,
    },
    /// Features that are no matrix.
    #[error(
        "`{name}` of `{}` has shape {shape:?}, expected rows and features: average or flatten what each row has",
        path.display()
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// What was to be the features.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A feature that no head can be trained on.
    #[error(
        "row {row}, column {column} of the features of `{}` is {value}: heads need finite numbers",
        path.display()
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// From 0 on.
        row: usize,
        /// From 0 on.
        column: usize,
        /// The number.
        value: f32,
    },
    /// A feature that half precision does not hold.
    #[error(
        "row {row}, column {column} of the features of `{}` is {value}, and f16 ends at 65504: store them as f32",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// From 0 on.
        row: usize,
        /// From 0 on.
        column: usize,
        /// The number.
        value: f32,
    },
    /// Not a value a row.
    #[error("there are {found} {what} (`{name}`), and {expected} rows of features")]
    Length {
        /// `labels`, `paths` or `splits`.
        what: &'static str,
        /// Where they are from.
        name: String,
        /// How many there are.
        found: usize,
        /// How many rows there are.
        expected: usize,
        /// Whether there are as many features of a row.
        is_transposed: bool,
    },
    /// Two rows of one name.
    #[error("rows {first} and {second} both have the path `{path}`: a path names one row")]
    PathTwice {
        /// The path.
        path: String,
        /// A row, from 0 on.
        first: usize,
        /// Another one.
        second: usize,
    },
    /// A row without a name.
    #[error("row {0} has an empty path")]
    NoPath(usize),
    /// A split that is none.
    #[error(
        "row {row} is in the split `{found}`; splits are train, val (or valid, validation) and test"
    )]
    Split {
        /// The row, from 0 on.
        row: usize,
        /// What it says.
        found: String,
    },
    /// A label that has no name.
    #[error("row {row} is labelled {label}, and there are {n_classes} names of classes, from 0 on")]
    Label {
        /// The row, from 0 on.
        row: usize,
        /// Its label.
        label: String,
        /// How many names there are.
        n_classes: usize,
    },
    /// Names of classes without labels.
    #[error("there are names of classes, but no labels")]
    NamesAlone,
    /// One name of two classes.
    #[error("two classes are called `{0}`")]
    ClassTwice(String),
    /// The cache cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is not what its name says, or damaged.
    #[error("{0}")]
    Content(String),
    /// HDF5 cannot read it.
    #[error(transparent)]
    Hdf5(#[from] OpenError),
}

impl SourceError {
    pub(crate) fn content(problem: impl Into<String>) -> Self {
        Self::Content(problem.into())
    }
}

/// Names in backticks; the first of very many.
fn listed(names: &[String]) -> String {
    const MOST: usize = 20;
    if names.is_empty() {
        return "none".to_owned();
    }
    let mut listed: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    if names.len() > MOST {
        listed.push(format!("and {} more", names.len() - MOST));
    }
    listed.join(", ")
}
