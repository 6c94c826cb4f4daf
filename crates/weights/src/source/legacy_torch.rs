//! Reads state dicts as `torch.save` wrote them before PyTorch 1.6, among them torchvision's first
//! files.
//!
//! Five pickles follow one another: a magic number, a version, facts about the machine, the state
//! dict, and the list of its storages. Then come the storages in that order, each its number of
//! elements (64 bits) and the elements.

use std::collections::HashMap;
use std::rc::Rc;

use backbone::weights::{TensorError, f32_from_le_bytes};

use super::LEGACY_TORCH_SIGNATURE;
use super::assembly::Assembly;
use super::error::SourceError;
use super::pickle::{
    Entries, PickleError, read_first_state_dict, read_texts, read_truth, skip_number,
};
use super::strided::{gather, window};
use super::torch::TorchError;

pub(super) fn read(bytes: &[u8], assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    let (entries, storages) = read_parts(bytes)?;
    for (name, tensor) in entries {
        let not_a_tensor = || TorchError::NotATensor { name: name.to_string() };
        let tensor = tensor.ok_or_else(not_a_tensor)?;
        assembly.place_by_name(&name, &tensor.shape, || {
            if tensor.data_type != "float32" {
                let got = tensor.data_type.to_owned();
                return Err(TensorError::DataType { name: name.to_string(), got }.into());
            }
            let storage = storages.get(&tensor.storage).copied().unwrap_or_default();
            let part = window(&tensor).and_then(|window| {
                storage.get(window.start.checked_mul(4)?..window.end.checked_mul(4)?)
            });
            let values = part.and_then(|part| gather(&f32_from_le_bytes(part), &tensor));
            values.ok_or_else(|| TorchError::OutOfBounds { name: name.to_string() }.into())
        })?;
    }
    Ok(())
}

/// The bytes of each storage.
type Storages<'a> = HashMap<Rc<str>, &'a [u8]>;

fn read_parts(bytes: &[u8]) -> Result<(Entries, Storages<'_>), TorchError> {
    // The number is longer than the machine's integers; with the pickle's end it has these bytes.
    let rest = bytes.get(LEGACY_TORCH_SIGNATURE.len() + 1..).ok_or(PickleError::Truncated)?;
    let rest = skip_number(rest)?;
    let (is_little_endian, rest) = read_truth(rest, "little_endian")?;
    if is_little_endian == Some(false) {
        return Err(TorchError::BigEndian);
    }
    let (entries, rest) = read_first_state_dict(rest)?;
    let (keys, rest) = read_texts(rest)?;
    let sizes: HashMap<&str, usize> = entries
        .iter()
        .filter_map(|(_, tensor)| tensor.as_ref())
        .map(|tensor| (&*tensor.storage, element_size(tensor.data_type)))
        .collect();
    let mut storages = HashMap::new();
    let mut rest = rest;
    for key in keys {
        let size =
            *sizes.get(&*key).ok_or_else(|| TorchError::UnknownStorage { key: key.to_string() })?;
        let (storage, after) = take_storage(rest, size).ok_or(PickleError::Truncated)?;
        storages.insert(key, storage);
        rest = after;
    }
    Ok((entries, storages))
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
        "float64" | "int64" => 8,
        "float32" | "int32" => 4,
        "float16" | "bfloat16" | "int16" => 2,
        _ => 1,
    }
}
