//! Why a head file cannot be used.

use std::io;
use std::path::PathBuf;

use heads::PartsError;
use safetensors::{Dtype, SafeTensorError};

use super::VERSION;

/// Why a file is not a head that this program can use.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read head `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no safetensors file, or a truncated one.
    #[error("`{}` is not a whole safetensors file", path.display())]
    NotSafetensors {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SafeTensorError,
    },
    /// A safetensors file of some other kind.
    #[error("`{}` is a safetensors file, but no head", path.display())]
    NotAHead {
        /// The file.
        path: PathBuf,
    },
    /// A version that this program does not know.
    #[error(
        "head `{}` has version {found}, this program reads {VERSION}\nhint: \
         use the offshelf that wrote it, or train it again",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// A byte of the file is not what was written.
    #[error("head `{}` does not hold what was written: its digest differs", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The metadata lacks a field or has a bad one.
    #[error("the metadata of head `{}` is damaged", path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A tensor is not there.
    #[error("head `{}` has no tensor `{name}`", path.display())]
    MissingTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// A tensor is of another element type.
    #[error("tensor `{name}` of head `{}` is {got:?}, expected {expected:?}", path.display())]
    TensorType {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The element type that it should have.
        expected: Dtype,
        /// Its element type.
        got: Dtype,
    },
    /// A tensor has another shape than classes and features ask for.
    #[error("tensor `{name}` of head `{}` has shape {got:?}, expected {expected}", path.display())]
    TensorShape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The shape that fits.
        expected: String,
        /// Its shape.
        got: Vec<usize>,
    },
    /// A tensor holds a NaN or an infinity.
    #[error("tensor `{name}` of head `{}` has a value that is not finite", path.display())]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// A standard deviation that is not above zero.
    #[error("tensor `{name}` of head `{}` has a scale that is not positive", path.display())]
    Scale {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// A calibration of another kind of head, of another number of classes, or not finite.
    #[error("the calibration of head `{}` does not suit it", path.display())]
    Calibration {
        /// The file.
        path: PathBuf,
    },
    /// The tensors do not make a head.
    #[error("the tensors of head `{}` do not fit together", path.display())]
    Parts {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PartsError,
    },
    /// A class number that is not one of the classes.
    #[error("tensor `{name}` of head `{}` has a value that is no class", path.display())]
    Label {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// The scores of the head are not what its `link` says, a head that takes one class a row is said to
    /// be multilabel, or neighbors vote without a temperature.
    #[error("the labels, the link or the settings of head `{}` do not suit it", path.display())]
    Unsuited {
        /// The file.
        path: PathBuf,
    },
    /// Fewer than two classes, where rows have one each, or one name twice.
    #[error(
        "the classes of head `{}` are not different names, at least two (one where images have several labels)",
        path.display()
    )]
    Classes {
        /// The file.
        path: PathBuf,
    },
}
