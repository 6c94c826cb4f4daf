//! Writing head files.

use std::collections::HashMap;
use std::path::Path;

use safetensors::tensor::TensorView;
use serde::Serialize;

use super::tensors::{Tensor, head_tensors};
use super::{Description, FORMAT, METADATA_KEY, SavedHead, VERSION};
use crate::transform::FittedStep;
use atomic_file::{Existing, WriteFileError};

#[derive(Serialize)]
struct Metadata<'a> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    description: &'a Description,
}

/// The bytes of a head file.
pub fn head_bytes(head: &SavedHead) -> Vec<u8> {
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
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), metadata_json(&head.description))]);
    safetensors::serialize(views, Some(metadata)).expect("a header of a few kilobytes serializes")
}

/// A description as the metadata of a head file holds it, in JSON with format and version.
pub(crate) fn metadata_json(description: &Description) -> String {
    let metadata = Metadata { format: FORMAT, version: VERSION, description };
    serde_json::to_string(&metadata).expect("a description has string keys only")
}

/// Writes `head` to `path`, whole or not at all.
///
/// # Errors
/// [`WriteFileError`].
pub fn save(head: &SavedHead, path: &Path, existing: Existing) -> Result<(), WriteFileError> {
    atomic_file::write(path, &head_bytes(head), existing)
}
