//! Reads safetensors with Keras' or torchvision's tensor names.

use std::fs;
use std::path::Path;

use ::safetensors::SafeTensors;
use ::safetensors::tensor::{Dtype, TensorView};
use backbone::weights::{TensorError, f32_from_le_bytes, is_weight_file};

use super::assembly::Assembly;
use super::error::SourceError;

pub(super) fn read(path: &Path, assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    let bytes = fs::read(path)?;
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(SourceError::Safetensors)?;
    if header.metadata().as_ref().is_some_and(is_weight_file) {
        return Err(SourceError::Converted);
    }
    let file = SafeTensors::deserialize(&bytes).map_err(SourceError::Safetensors)?;
    // The reader's own order is that of a hash map.
    let mut names = file.names();
    names.sort_unstable();
    for name in names {
        let view = file.tensor(name).map_err(SourceError::Safetensors)?;
        place_view(assembly, name, &view)?;
    }
    Ok(())
}

/// Offers one tensor of a safetensors file to `assembly`.
fn place_view(
    assembly: &mut Assembly<'_>,
    name: &str,
    view: &TensorView<'_>,
) -> Result<(), SourceError> {
    assembly.place_by_name(name, view.shape(), || match view.dtype() {
        Dtype::F32 => Ok(f32_from_le_bytes(view.data())),
        other => {
            let got = other.to_string();
            Err(TensorError::DataType { name: name.to_owned(), got }.into())
        }
    })
}
