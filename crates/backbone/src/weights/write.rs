//! Writes a weight file, whole or not at all.
//!
//! The safetensors header is written here and not by the `safetensors` crate, whose metadata is a
//! hash map: its order, and with it the file's bytes, would differ from run to run.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use atomic_file::{Existing, UnfinishedFile, folder_of};
use serde_json::{Map, Value, json};

use super::metadata::Header;
use super::tensor::Tensors;

/// The weight file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write `{path}`")]
pub struct WriteError {
    /// The file that was to be written.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Writes `tensors` to `path`, over what is there: to a temporary file beside it, synced, renamed.
pub(super) fn write(path: &Path, header: &Header, tensors: &Tensors) -> Result<(), WriteError> {
    let write = || {
        fs::create_dir_all(folder_of(path))?;
        let mut file = UnfinishedFile::create(folder_of(path))?;
        write_tensors(file.as_file_mut(), header, tensors)?;
        file.finish(path, Existing::Replace)
    };
    write().map_err(|source| WriteError { path: path.to_owned(), source })
}

fn write_tensors(file: &mut File, header: &Header, tensors: &Tensors) -> io::Result<()> {
    let header = json_header(header, tensors);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    for tensor in tensors.values() {
        let bytes: Vec<u8> = tensor.values().iter().flat_map(|value| value.to_le_bytes()).collect();
        file.write_all(&bytes)?;
    }
    Ok(())
}

/// The JSON header: names, types, shapes and byte ranges, padded so that the values are aligned.
fn json_header(header: &Header, tensors: &Tensors) -> String {
    let mut entries = Map::new();
    entries.insert("__metadata__".to_owned(), json!(header.to_map()));
    let mut begin = 0;
    for (name, tensor) in tensors {
        let end = begin + size_of_val(tensor.values());
        entries.insert(
            name.clone(),
            json!({ "dtype": "F32", "shape": tensor.shape(), "data_offsets": [begin, end] }),
        );
        begin = end;
    }
    let mut json = Value::Object(entries).to_string();
    while !json.len().is_multiple_of(8) {
        json.push(' ');
    }
    json
}
