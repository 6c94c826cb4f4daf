//! Reading head files: everything is checked before anything is used.

use std::path::{Path, PathBuf};
use std::{fs, io};

use heads::LinearHead;
use ndarray::{Array1, Array2};
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::Deserialize;

use super::{Description, FORMAT, METADATA_KEY, SavedHead, VERSION};
use crate::calibration::Calibration;
use crate::pipeline::Pipeline;
use crate::transform::{FittedStep, Step, Transform};

/// The oldest version of head files that this program reads.
pub const OLDEST_VERSION: u32 = 1;

/// Why a file is not a head that this program can use.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read head `{}`\nhint: heads are made by `fit train` and `fit sweep --out`", path.display())]
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
        "head `{}` has version {found}, this program reads {OLDEST_VERSION} to {VERSION}\nhint: \
         use the offshelf that wrote it, or train it again",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
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
    #[error("tensor `{name}` of head `{}` is {got:?}, expected F32", path.display())]
    TensorType {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
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
    /// Fewer than two classes, or one name twice.
    #[error("the classes of head `{}` are not two or more different names", path.display())]
    Classes {
        /// The file.
        path: PathBuf,
    },
}

#[derive(Deserialize)]
struct Kind {
    format: String,
    version: u32,
}

/// Reads and checks a head file.
///
/// # Errors
/// [`LoadError`].
pub fn load(path: &Path) -> Result<SavedHead, LoadError> {
    let bytes = fs::read(path).map_err(|source| LoadError::Io { path: path.to_owned(), source })?;
    let not_safetensors = |source| LoadError::NotSafetensors { path: path.to_owned(), source };
    let tensors = SafeTensors::deserialize(&bytes).map_err(not_safetensors)?;
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(not_safetensors)?;
    let json = header.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
    let description = read_description(path, json)?;

    let file = TensorFile { path, tensors };
    let n_classes = description.origin.classes.len();
    let suits = |calibration: &Calibration| calibration.suits(description.link.into(), n_classes);
    if !description.calibration.as_ref().is_none_or(suits) {
        return Err(LoadError::Calibration { path: path.to_owned() });
    }
    let (shape, coef) = file.numbers("coef")?;
    let n_features = match shape[..] {
        [rows, columns] if rows == n_classes => columns,
        _ => return Err(file.misshapen("coef", format!("[{n_classes}, n_features]"), shape)),
    };
    let coef = matrix(n_classes, n_features, coef);
    let intercept = file.vector("intercept", n_classes)?;
    let transform = read_transform(&file, &description, n_features)?;
    let head = LinearHead::new(coef, intercept, description.link.into())
        .expect("both have a row for each class");
    Ok(SavedHead { pipeline: Pipeline { transform, head }, description })
}

fn read_description(path: &Path, json: Option<&String>) -> Result<Description, LoadError> {
    let path = || path.to_owned();
    let json = json.ok_or_else(|| LoadError::NotAHead { path: path() })?;
    let kind: Kind =
        serde_json::from_str(json).map_err(|_| LoadError::NotAHead { path: path() })?;
    if kind.format != FORMAT {
        return Err(LoadError::NotAHead { path: path() });
    }
    if !(OLDEST_VERSION..=VERSION).contains(&kind.version) {
        return Err(LoadError::Version { path: path(), found: kind.version });
    }
    let description: Description = serde_json::from_str(json)
        .map_err(|source| LoadError::Metadata { path: path(), source })?;
    let classes = &description.origin.classes;
    let is_repeated = |i: usize| classes[..i].contains(&classes[i]);
    if classes.len() < 2 || (1..classes.len()).any(is_repeated) {
        return Err(LoadError::Classes { path: path() });
    }
    Ok(description)
}

/// The transform whose rows have `n_features` at its end. Steps are read from the last to the first,
/// since a projection changes the number of features of those before it.
fn read_transform(
    file: &TensorFile<'_>,
    description: &Description,
    mut n_features: usize,
) -> Result<Transform, LoadError> {
    let steps = &description.transform.0;
    let mut fitted = Vec::with_capacity(steps.len());
    for (place, &step) in steps.iter().enumerate().rev() {
        let name = |what: &str| format!("transform.{place}.{what}");
        fitted.push(match step {
            Step::L2 => FittedStep::L2,
            Step::Power(exponent) => FittedStep::Power(exponent),
            Step::Standardize => {
                let mean = file.vector(&name("mean"), n_features)?;
                let name = name("scale");
                let scale = file.vector(&name, n_features)?;
                if scale.iter().any(|&value| value <= 0.0) {
                    return Err(LoadError::Scale { path: file.path.to_owned(), name });
                }
                FittedStep::Standardize { mean, scale }
            }
            Step::Pca(_) | Step::Whiten(_) => {
                let name_of_axes = name("projection");
                let (shape, axes) = file.numbers(&name_of_axes)?;
                let n_axes = n_features;
                n_features = match shape[..] {
                    [rows, columns] if rows == n_axes => columns,
                    _ => {
                        let expected = format!("[{n_axes}, n_features]");
                        return Err(file.misshapen(&name_of_axes, expected, shape));
                    }
                };
                let mean = file.vector(&name("mean"), n_features)?;
                FittedStep::Project { step, mean, projection: matrix(n_axes, n_features, axes) }
            }
        });
    }
    fitted.reverse();
    Ok(Transform(fitted))
}

fn matrix(rows: usize, columns: usize, numbers: Vec<f32>) -> Array2<f32> {
    Array2::from_shape_vec((rows, columns), numbers)
        .expect("the shape of a tensor fits its numbers")
}

struct TensorFile<'a> {
    path: &'a Path,
    tensors: SafeTensors<'a>,
}

impl TensorFile<'_> {
    /// Shape and finite numbers of an f32 tensor.
    fn numbers(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), LoadError> {
        let (path, name) = (self.path.to_owned(), name.to_owned());
        let Ok(tensor) = self.tensors.tensor(&name) else {
            return Err(LoadError::MissingTensor { path, name });
        };
        if tensor.dtype() != Dtype::F32 {
            return Err(LoadError::TensorType { path, name, got: tensor.dtype() });
        }
        let (words, _) = tensor.data().as_chunks::<4>();
        let numbers: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(LoadError::NotFinite { path, name });
        }
        Ok((tensor.shape().to_vec(), numbers))
    }

    fn vector(&self, name: &str, len: usize) -> Result<Array1<f32>, LoadError> {
        match self.numbers(name)? {
            (shape, numbers) if shape == [len] => Ok(numbers.into()),
            (shape, _) => Err(self.misshapen(name, format!("[{len}]"), shape)),
        }
    }

    fn misshapen(&self, name: &str, expected: String, got: Vec<usize>) -> LoadError {
        LoadError::TensorShape { path: self.path.to_owned(), name: name.to_owned(), expected, got }
    }
}
