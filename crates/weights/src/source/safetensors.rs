//! Reads safetensors with Keras' or torchvision's tensor names.

use ::safetensors::tensor::{Dtype, TensorView};
use ::safetensors::{SafeTensorError, SafeTensors};
use backbone::weights::{TensorError, f32_from_le_bytes, is_weight_file};

use super::assembly::Assembly;
use super::error::SourceError;
use super::limits::HEADER_BYTES;

pub(super) fn read(bytes: &[u8], assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    let length = bytes.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
    if length > HEADER_BYTES {
        return Err(SourceError::Safetensors(SafeTensorError::HeaderTooLarge));
    }
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(SourceError::Safetensors)?;
    if header.metadata().as_ref().is_some_and(is_weight_file) {
        return Err(SourceError::Converted);
    }
    let file = SafeTensors::deserialize(bytes).map_err(SourceError::Safetensors)?;
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
