//! Writing head files.

use std::collections::HashMap;
use std::path::Path;

use atomic_file::{Existing, WriteFileError};
use safetensors::tensor::TensorView;
use serde::Serialize;

use super::digest::{NO_DIGEST, seal};
use super::tensors::{Tensor, head_tensors};
use super::{Description, FORMAT, METADATA_KEY, SavedHead, VERSION};
use crate::transform::FittedStep;

#[derive(Serialize)]
struct Metadata<'a> {
    format: &'static str,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    blake3: Option<&'static str>,
    #[serde(flatten)]
    description: &'a Description,
}

/// The bytes of a head file.
pub(crate) fn head_bytes(head: &SavedHead) -> Vec<u8> {
    let mut tensors = head_tensors(&head.pipeline.head);
    for (place, step) in head.pipeline.transform.0.iter().enumerate() {
        let name = |name: &str| format!("transform.{place}.{name}");
        match step {
            FittedStep::L2 | FittedStep::Power(_) => {}
            FittedStep::Standardize { mean, scale } => {
                tensors.push(Tensor::new(name("mean"), mean.view()));
                tensors.push(Tensor::new(name("scale"), scale.view()));
            }
            FittedStep::Project { mean, projection, .. } => {
                tensors.push(Tensor::new(name("mean"), mean.view()));
                tensors.push(Tensor::new(name("projection"), projection.view()));
            }
        }
    }
    let views = tensors.iter().map(|Tensor { name, dtype, shape, bytes }| {
        let view = TensorView::new(*dtype, shape.clone(), bytes)
            .expect("all bytes of each element were written");
        (name, view)
    });
    let json = json_of(&head.description, Some(NO_DIGEST));
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), json)]);
    let mut bytes = safetensors::serialize(views, Some(metadata))
        .expect("a header of a few kilobytes serializes");
    seal(&mut bytes);
    bytes
}

/// A description as the metadata of other files holds it, in JSON with format and version.
pub(crate) fn metadata_json(description: &Description) -> String {
    json_of(description, None)
}

fn json_of(description: &Description, blake3: Option<&'static str>) -> String {
    let metadata = Metadata { format: FORMAT, version: VERSION, blake3, description };
    serde_json::to_string(&metadata).expect("a description has string keys only")
}

/// Writes `head` to `path`, whole or not at all.
///
/// # Errors
/// [`WriteFileError`].
///
/// # Examples
///
/// ```
/// use atomic_file::Existing;
/// use head::{load, save};
///
/// # let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/head-1.safetensors");
/// # let folder = tempfile::tempdir()?;
/// # let copy = folder.path().join("copy.safetensors");
/// let head = load(golden.as_ref())?;
/// save(&head, &copy, Existing::Refuse)?;
/// assert_eq!(load(&copy)?, head);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn save(head: &SavedHead, path: &Path, existing: Existing) -> Result<(), WriteFileError> {
    atomic_file::write(path, &head_bytes(head), existing)
}
