//! Reads state dicts as `torch.save` has written them since PyTorch 1.6.
//!
//! The file is a zip archive with one folder. Its `data.pkl` maps names to tensors, each a strided
//! window on a storage; the storages' bytes are members of their own, `data/<key>`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use backbone::weights::{TensorError, f32_from_le_bytes};
use zip::ZipArchive;
use zip::result::ZipError;

use super::assembly::Assembly;
use super::error::SourceError;
use super::pickle::{PickleError, read_state_dict};
use super::strided::gather;

/// Why a zip archive is not a state dict.
#[derive(Debug, thiserror::Error)]
pub enum TorchError {
    /// The archive could not be read.
    #[error("is a damaged zip archive: {0}")]
    Zip(#[from] ZipError),
    /// A member of the archive could not be read.
    #[error("is a damaged zip archive: {0}")]
    Read(#[from] std::io::Error),
    /// The archive has no `data.pkl`.
    #[error("is a zip archive, but not one of torch.save: it has no `data.pkl`")]
    NoPickle,
    /// A pickle was refused.
    #[error("{0}")]
    Pickle(#[from] PickleError),
    /// The dictionary maps a name to something else than a tensor.
    #[error(
        "is no state dict: `{name}` is not a tensor\n\
         hint: in Python, torch.save(model.state_dict(), FILE) writes weights alone"
    )]
    NotATensor {
        /// The key.
        name: String,
    },
    /// A storage in the file is that of no tensor.
    #[error("is damaged: no tensor lies in its storage `{key}`")]
    UnknownStorage {
        /// What the file calls it.
        key: String,
    },
    /// The values were written on a big-endian machine.
    #[error("holds big-endian values, which are not read")]
    BigEndian,
    /// A tensor reaches beyond the end of its storage.
    #[error("is damaged: tensor `{name}` reaches beyond its storage")]
    OutOfBounds {
        /// The tensor.
        name: String,
    },
}

pub(super) fn read(path: &Path, assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    let mut archive = ZipArchive::new(File::open(path)?).map_err(TorchError::Zip)?;
    let folder = folder(&archive)?;
    check_byte_order(&mut archive, &folder)?;
    let pickle = read_member(&mut archive, &format!("{folder}data.pkl"))?;
    for (name, tensor) in read_state_dict(&pickle).map_err(TorchError::Pickle)? {
        let Some(tensor) = tensor else { return Err(TorchError::NotATensor { name }.into()) };
        assembly.place_by_name(&name, &tensor.shape, || {
            if tensor.data_type != "float32" {
                let got = tensor.data_type.to_owned();
                return Err(TensorError::DataType { name: name.clone(), got }.into());
            }
            let member = format!("{folder}data/{}", tensor.storage);
            let storage = f32_from_le_bytes(&read_member(&mut archive, &member)?);
            let values = gather(&storage, &tensor);
            values.ok_or_else(|| TorchError::OutOfBounds { name: name.clone() }.into())
        })?;
    }
    Ok(())
}

/// The archive's one folder, with its slash: the name that the file had when it was saved.
fn folder(archive: &ZipArchive<File>) -> Result<String, TorchError> {
    archive
        .file_names()
        .filter_map(Result::ok)
        .find_map(|name| name.strip_suffix("data.pkl").map(str::to_owned))
        .filter(|folder| folder.ends_with('/'))
        .ok_or(TorchError::NoPickle)
}

/// Files since PyTorch 2.1 name their byte order; before, it was that of x86.
fn check_byte_order(archive: &mut ZipArchive<File>, folder: &str) -> Result<(), TorchError> {
    match read_member(archive, &format!("{folder}byteorder")) {
        Ok(order) if order == b"big" => Err(TorchError::BigEndian),
        Ok(_) | Err(TorchError::Zip(ZipError::FileNotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn read_member(archive: &mut ZipArchive<File>, name: &str) -> Result<Vec<u8>, TorchError> {
    let mut bytes = Vec::new();
    archive.by_name(name)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}
