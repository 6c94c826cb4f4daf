//! Reads safetensors with Keras' or torchvision's tensor names.

use std::fs;
use std::path::Path;

use ::safetensors::SafeTensors;
use ::safetensors::tensor::{Dtype, TensorView};

use super::SourceError;
use crate::weights::assembly::Assembly;
use crate::weights::metadata::Metadata;
use crate::weights::tensor::f32_from_le_bytes;
use crate::weights::tensor_error::TensorError;

pub(super) fn read(path: &Path, assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    let bytes = fs::read(path)?;
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(SourceError::Safetensors)?;
    if header.metadata().as_ref().is_some_and(|map| Metadata::from_map(map).is_ok()) {
        return Err(SourceError::Converted);
    }
    let file = SafeTensors::deserialize(&bytes).map_err(SourceError::Safetensors)?;
    // The reader's own order is that of a hash map.
    let mut names = file.names();
    names.sort_unstable();
    for name in names {
        let view = file.tensor(name).map_err(SourceError::Safetensors)?;
        place_view::<SourceError>(assembly, name, &view)?;
    }
    Ok(())
}

/// Offers one tensor of a safetensors file to `assembly`.
pub(in crate::weights) fn place_view<E: From<TensorError>>(
    assembly: &mut Assembly<'_>,
    name: &str,
    view: &TensorView<'_>,
) -> Result<(), E> {
    assembly.place_by_name(name, view.shape(), || match view.dtype() {
        Dtype::F32 => Ok(f32_from_le_bytes(view.data())),
        other => {
            let got = other.to_string();
            Err(TensorError::DataType { name: name.to_owned(), got }.into())
        }
    })
}
