//! Writes a weight file, whole or not at all.
//!
//! The safetensors header is written here and not by the `safetensors` crate, whose metadata is a
//! hash map: its order, and with it the file's bytes, would differ from run to run.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::metadata::Metadata;
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
pub(super) fn write(path: &Path, metadata: &Metadata, tensors: &Tensors) -> Result<(), WriteError> {
    replace_file(path, |file| write_tensors(file, metadata, tensors))
        .map_err(|source| WriteError { path: path.to_owned(), source })
}

fn replace_file(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::Builder::new()
        .prefix(".weights-")
        // The default of temporary files is for their owner only; the umask still applies.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    write(temporary.as_file_mut())?;
    temporary.as_file().sync_all()?;
    temporary.persist(path)?;
    // The rename itself lasts only once the folder is on disk.
    File::open(folder)?.sync_all()
}

fn write_tensors(file: &mut File, metadata: &Metadata, tensors: &Tensors) -> io::Result<()> {
    let header = header(metadata, tensors);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    for tensor in tensors.values() {
        let bytes: Vec<u8> = tensor.values().iter().flat_map(|value| value.to_le_bytes()).collect();
        file.write_all(&bytes)?;
    }
    Ok(())
}

/// The JSON header: names, types, shapes and byte ranges, padded so that the values are aligned.
fn header(metadata: &Metadata, tensors: &Tensors) -> String {
    let mut entries = Map::new();
    entries.insert("__metadata__".to_owned(), json!(metadata.to_map()));
    let mut begin = 0;
    for (name, tensor) in tensors {
        let end = begin + size_of_val(tensor.values());
        entries.insert(
            name.clone(),
            json!({ "dtype": "F32", "shape": tensor.shape(), "data_offsets": [begin, end] }),
        );
        begin = end;
    }
    let mut header = Value::Object(entries).to_string();
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    header
}
