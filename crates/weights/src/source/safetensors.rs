//! Reads safetensors with Keras' or torchvision's tensor names.

use ::safetensors::tensor::Dtype;
use ::safetensors::{SafeTensorError, SafeTensors};
use backbone::weights::{TensorError, is_weight_file};

use super::container::{Container, Listed, Listing, Order, Writer};
use super::error::SourceError;
use super::limits::{HEADER_BYTES, TENSORS};
use super::numbers::{Float, Numbers};

/// The bytes of a safetensors file.
pub(super) struct SafetensorsFile {
    pub(super) bytes: Vec<u8>,
    /// The names of its tensors, sorted: the reader's own order is that of a hash map.
    names: Vec<String>,
}

impl SafetensorsFile {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, names: Vec::new() }
    }

    fn open(&self) -> Result<SafeTensors<'_>, SourceError> {
        SafeTensors::deserialize(&self.bytes).map_err(SourceError::Safetensors)
    }
}

impl Container for SafetensorsFile {
    fn list(&mut self) -> Result<Listing, SourceError> {
        let length = self.bytes.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
        if length > HEADER_BYTES {
            return Err(SourceError::Safetensors(SafeTensorError::HeaderTooLarge));
        }
        let (_, header) =
            SafeTensors::read_metadata(&self.bytes).map_err(SourceError::Safetensors)?;
        if header.metadata().as_ref().is_some_and(is_weight_file) {
            return Err(SourceError::Converted);
        }
        let file = self.open()?;
        let mut names: Vec<String> = file.names().into_iter().map(str::to_owned).collect();
        if names.len() > TENSORS {
            return Err(SourceError::Tensors { limit: TENSORS });
        }
        names.sort_unstable();
        let mut tensors = Vec::new();
        for name in &names {
            let view = file.tensor(name).map_err(SourceError::Safetensors)?;
            tensors.push(Listed::new(name, view.shape().to_vec()));
        }
        drop(file);
        self.names = names;
        Ok(Listing { tensors, order: Order::OfNames, writer: Writer::Unknown, graph: Vec::new() })
    }

    fn values(&mut self, index: usize, _shape: &[usize]) -> Result<Numbers, SourceError> {
        let name = &self.names[index];
        let file = self.open()?;
        let view = file.tensor(name).map_err(SourceError::Safetensors)?;
        let float = match view.dtype() {
            Dtype::BF16 => Float::Bf16,
            Dtype::F16 => Float::F16,
            Dtype::F32 => Float::F32,
            Dtype::F64 => Float::F64,
            other => {
                let got = other.to_string();
                return Err(TensorError::DataType { name: name.clone(), got }.into());
            }
        };
        Ok(float.decode(view.data()))
    }
}
