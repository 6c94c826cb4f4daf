//! Reading head files: everything is checked before anything is used.

use std::collections::HashSet;
use std::path::Path;

use atomic_file::read_regular;
use safetensors::SafeTensors;
use serde::Deserialize;

use super::digest::is_sealed;
use super::read_head::read_head;
use super::tensor_file::TensorFile;
use super::{Description, FORMAT, LoadError, METADATA_KEY, SavedHead, VERSION};
use crate::calibration::Calibration;
use crate::link::LinkName;
use crate::pipeline::Pipeline;
use crate::transform::{FittedStep, Step, Transform};

/// The largest head file that is read, in bytes: neighbors keep all of their training rows.
pub const MAX_HEAD_BYTES: u64 = 16 << 30;

#[derive(Deserialize)]
struct Kind {
    format: String,
    version: u32,
}

/// Reads and checks a head file.
///
/// # Errors
/// [`LoadError`].
///
/// # Examples
///
/// ```
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/head-1.safetensors");
/// let head = head::load(path.as_ref())?;
/// assert_eq!(head.description.spec.to_string(), "svm (hinge)");
/// assert_eq!(head.description.origin.classes, ["ant", "bee", "cat"]);
/// # Ok::<(), head::LoadError>(())
/// ```
pub fn load(path: &Path) -> Result<SavedHead, LoadError> {
    let bytes = read_regular(path, MAX_HEAD_BYTES)
        .map_err(|source| LoadError::Io { path: path.to_owned(), source })?;
    let not_safetensors = |source| LoadError::NotSafetensors { path: path.to_owned(), source };
    let tensors = SafeTensors::deserialize(&bytes).map_err(not_safetensors)?;
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(not_safetensors)?;
    let json = header.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
    let description = read_description(path, json, &bytes)?;

    let file = TensorFile { path, tensors };
    let n_classes = description.origin.classes.len();
    let suits = |calibration: &Calibration| calibration.suits(description.link, n_classes);
    if !description.calibration.as_ref().is_none_or(suits) {
        return Err(LoadError::Calibration { path: path.to_owned() });
    }
    let head = read_head(&file, &description)?;
    let Description { spec, link, origin, .. } = &description;
    if LinkName::of(&head) != *link || !(origin.labels.is_one_class() || spec.takes_multilabel()) {
        return Err(LoadError::Unsuited { path: path.to_owned() });
    }
    let transform = read_transform(&file, &description, head.n_features())?;
    Ok(SavedHead { pipeline: Pipeline { transform, head }, description })
}

/// What the metadata of the file says, whose bytes are held against their digest.
fn read_description(
    path: &Path,
    json: Option<&String>,
    bytes: &[u8],
) -> Result<Description, LoadError> {
    let path = || path.to_owned();
    let json = json.ok_or_else(|| LoadError::NotAHead { path: path() })?;
    let kind: Kind =
        serde_json::from_str(json).map_err(|_| LoadError::NotAHead { path: path() })?;
    if kind.format != FORMAT {
        return Err(LoadError::NotAHead { path: path() });
    }
    if kind.version != VERSION {
        return Err(LoadError::Version { path: path(), found: kind.version });
    }
    if !is_sealed(bytes) {
        return Err(LoadError::Changed { path: path() });
    }
    let damaged = |source| LoadError::Metadata { path: path(), source };
    let description: Description = serde_json::from_str(json).map_err(damaged)?;
    let classes = &description.origin.classes;
    let mut names = HashSet::new();
    let least = if description.origin.labels.is_one_class() { 2 } else { 1 };
    if classes.len() < least || !classes.iter().all(|name| names.insert(name)) {
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
                let projection = file.matrix_of_rows(&name("projection"), n_features)?;
                n_features = projection.ncols();
                let mean = file.vector(&name("mean"), n_features)?;
                FittedStep::Project { step, mean, projection }
            }
        });
    }
    fitted.reverse();
    Ok(Transform(fitted))
}
