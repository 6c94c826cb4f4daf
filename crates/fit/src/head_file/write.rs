//! Writing head files.

use std::collections::HashMap;
use std::path::Path;

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde::Serialize;

use super::{Description, FORMAT, METADATA_KEY, SavedHead, VERSION};
use crate::atomic_file::{self, Existing, WriteFileError};
use crate::transform::FittedStep;

#[derive(Serialize)]
struct Metadata<'a> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    description: &'a Description,
}

/// The bytes of a head file.
pub fn head_bytes(head: &SavedHead) -> Vec<u8> {
    let linear = &head.pipeline.head;
    let mut tensors = vec![
        ("coef".to_owned(), linear.coef().shape().to_vec(), le_bytes(linear.coef().iter())),
        ("intercept".to_owned(), vec![linear.n_classes()], le_bytes(linear.intercept().iter())),
    ];
    for (place, step) in head.pipeline.transform.0.iter().enumerate() {
        let mut add = |name: &str, shape: Vec<usize>, bytes| {
            tensors.push((format!("transform.{place}.{name}"), shape, bytes));
        };
        match step {
            FittedStep::L2 | FittedStep::Power(_) => {}
            FittedStep::Standardize { mean, scale } => {
                add("mean", vec![mean.len()], le_bytes(mean.iter()));
                add("scale", vec![scale.len()], le_bytes(scale.iter()));
            }
            FittedStep::Project { mean, projection, .. } => {
                add("mean", vec![mean.len()], le_bytes(mean.iter()));
                add("projection", projection.shape().to_vec(), le_bytes(projection.iter()));
            }
        }
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes)
            .expect("four bytes were written for each element");
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

fn le_bytes<'a>(values: impl Iterator<Item = &'a f32>) -> Vec<u8> {
    values.flat_map(|value| value.to_le_bytes()).collect()
}
