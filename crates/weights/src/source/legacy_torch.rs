//! Reads checkpoints as `torch.save` wrote them before PyTorch 1.6, among them torchvision's first
//! files.
//!
//! Five pickles follow one another: a magic number, a version, facts about the machine, the
//! checkpoint, and the list of its storages. Then come the storages in that order, each its number of
//! elements (64 bits) and the elements.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use pickle::{
    Checkpoint, PickleError, StridedTensor, read_checkpoint, read_texts, read_truth, skip_number,
};

use super::LEGACY_TORCH_SIGNATURE;
use super::container::{Container, Listing};
use super::error::SourceError;
use super::numbers::Numbers;
use super::strided::window;
use super::torch::{TorchError, float_of, gathered, listing};

/// A file of the old format.
pub(super) struct LegacyTorchFile {
    bytes: Vec<u8>,
    tensors: Vec<(String, Rc<StridedTensor>)>,
    /// Where each storage lies in the file.
    storages: HashMap<Rc<str>, Range<usize>>,
}

impl LegacyTorchFile {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, tensors: Vec::new(), storages: HashMap::new() }
    }
}

impl Container for LegacyTorchFile {
    fn list(&mut self) -> Result<Listing, SourceError> {
        let (checkpoint, storages) = read_parts(&self.bytes)?;
        let Checkpoint { tensors, foreign, .. } = checkpoint;
        (self.tensors, self.storages) = (tensors, storages);
        listing(&self.tensors, foreign)
    }

    fn values(&mut self, index: usize, _shape: &[usize]) -> Result<Numbers, SourceError> {
        let (name, tensor) = &self.tensors[index];
        let float = float_of(name, tensor)?;
        let storage = self.storages.get(&tensor.storage).cloned().unwrap_or_default();
        let part = window(tensor).and_then(|window| {
            let at = |element: usize| element.checked_mul(float.size());
            self.bytes[storage].get(at(window.start)?..at(window.end)?)
        });
        let out_of_bounds = || TorchError::OutOfBounds { name: name.clone() };
        gathered(name, tensor, float.decode(part.ok_or_else(out_of_bounds)?))
    }
}

/// The checkpoint, and where each storage lies.
type Parts<'a> = (Checkpoint<'a>, HashMap<Rc<str>, Range<usize>>);

fn read_parts(bytes: &[u8]) -> Result<Parts<'_>, TorchError> {
    // The number is longer than the machine's integers; with the pickle's end it has these bytes.
    let rest = bytes.get(LEGACY_TORCH_SIGNATURE.len() + 1..).ok_or(PickleError::Truncated)?;
    let rest = skip_number(rest)?;
    let (is_little_endian, rest) = read_truth(rest, "little_endian")?;
    if is_little_endian == Some(false) {
        return Err(TorchError::BigEndian);
    }
    let checkpoint = read_checkpoint(rest)?;
    let (keys, mut rest) = read_texts(checkpoint.rest)?;
    let sizes: HashMap<&str, usize> = checkpoint
        .storages
        .iter()
        .map(|(key, data_type)| (&**key, element_size(data_type)))
        .collect();
    let mut storages = HashMap::new();
    for key in keys {
        let size =
            *sizes.get(&*key).ok_or_else(|| TorchError::UnknownStorage { key: key.to_string() })?;
        let (storage, after) = take_storage(rest, size).ok_or(PickleError::Truncated)?;
        let end = bytes.len() - after.len();
        storages.insert(key, end - storage.len()..end);
        rest = after;
    }
    Ok((checkpoint, storages))
}

/// The bytes of the storage that `bytes` begin with, and what follows it.
fn take_storage(bytes: &[u8], element_size: usize) -> Option<(&[u8], &[u8])> {
    let (count, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*count)).ok()?.checked_mul(element_size)?;
    rest.split_at_checked(length)
}

/// Bytes of an element, of the types that the pickle reader knows.
fn element_size(data_type: &str) -> usize {
    match data_type {
        "complex128" => 16,
        "float64" | "int64" | "complex64" => 8,
        "float32" | "int32" => 4,
        "float16" | "bfloat16" | "int16" => 2,
        _ => 1,
    }
}
