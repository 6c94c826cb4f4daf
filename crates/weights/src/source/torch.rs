//! Reads state dicts as `torch.save` has written them since PyTorch 1.6.
//!
//! The file is a zip archive with one folder. Its `data.pkl` maps names to tensors, each a strided
//! window on a storage; the storages' bytes are members of their own, `data/<key>`.

use std::fs::File;
use std::io::{self, ErrorKind, Read};

use backbone::weights::{TensorError, f32_from_le_bytes};
use zip::ZipArchive;
use zip::result::ZipError;

use super::assembly::Assembly;
use super::error::SourceError;
use super::limits::{PICKLE_BYTES, UNPACKED_BYTES};
use super::pickle::{PickleError, StridedTensor, read_state_dict};
use super::strided::{gather, window};

/// Why a zip archive is not a state dict.
#[derive(Debug, thiserror::Error)]
pub enum TorchError {
    /// The archive could not be read.
    #[error("is a damaged zip archive: {0}")]
    Zip(#[from] ZipError),
    /// A member of the archive could not be read.
    #[error("is a damaged zip archive: {0}")]
    Read(#[from] io::Error),
    /// A member of the archive is larger than any that torch.save writes.
    #[error("is no archive of weights: `{member}` has {size} bytes, the limit is {limit}")]
    TooLarge {
        /// Its path in the archive.
        member: String,
        /// Its size, as the archive says, with that of all members that were read before.
        size: u64,
        /// How many bytes are read.
        limit: u64,
    },
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
    /// A tensor reaches beyond the end of its storage, or is scattered over it.
    #[error("is damaged: tensor `{name}` reaches beyond its storage, or is scattered over it")]
    OutOfBounds {
        /// The tensor.
        name: String,
    },
}

pub(super) fn read(file: &File, assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    let mut archive = ZipArchive::new(file).map_err(TorchError::Zip)?;
    let folder = folder(&archive)?;
    let mut members = Members { archive: &mut archive, unpacked: 0 };
    check_byte_order(&mut members, &folder)?;
    let pickle = members.all(&format!("{folder}data.pkl"))?;
    for (name, tensor) in read_state_dict(&pickle).map_err(TorchError::Pickle)? {
        let not_a_tensor = || TorchError::NotATensor { name: name.to_string() };
        let tensor = tensor.ok_or_else(not_a_tensor)?;
        assembly.place_by_name(&name, &tensor.shape, || {
            if tensor.data_type != "float32" {
                let got = tensor.data_type.to_owned();
                return Err(TensorError::DataType { name: name.to_string(), got }.into());
            }
            let part = members.storage(&format!("{folder}data/{}", tensor.storage), &tensor)?;
            let values = gather(&f32_from_le_bytes(&part), &tensor);
            values.ok_or_else(|| TorchError::OutOfBounds { name: name.to_string() }.into())
        })?;
    }
    Ok(())
}

/// The archive's one folder, with its slash: the name that the file had when it was saved.
fn folder(archive: &ZipArchive<&File>) -> Result<String, TorchError> {
    archive
        .file_names()
        .filter_map(Result::ok)
        .find_map(|name| name.strip_suffix("data.pkl").map(str::to_owned))
        .filter(|folder| folder.ends_with('/'))
        .ok_or(TorchError::NoPickle)
}

/// Files since PyTorch 2.1 name their byte order; before, it was that of x86.
fn check_byte_order(members: &mut Members<'_, '_>, folder: &str) -> Result<(), TorchError> {
    match members.all(&format!("{folder}byteorder")) {
        Ok(order) if order == b"big" => Err(TorchError::BigEndian),
        Ok(_) | Err(TorchError::Zip(ZipError::FileNotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The members of an archive, and how much of them was unpacked. Sizes that the archive states are
/// believed only as far as that goes.
struct Members<'a, 'f> {
    archive: &'a mut ZipArchive<&'f File>,
    unpacked: u64,
}

impl Members<'_, '_> {
    /// The bytes of a small member.
    fn all(&mut self, name: &str) -> Result<Vec<u8>, TorchError> {
        let size = self.archive.by_name(name)?.size();
        if size > PICKLE_BYTES {
            let member = name.to_owned();
            return Err(TorchError::TooLarge { member, size, limit: PICKLE_BYTES });
        }
        self.part(name, 0, size)
    }

    /// The part of a storage that a tensor lies in; of what is not there, nothing.
    fn storage(&mut self, name: &str, tensor: &StridedTensor) -> Result<Vec<u8>, TorchError> {
        // As of a storage that ends before the tensor.
        let Some(window) = window(tensor) else { return Ok(Vec::new()) };
        let bytes = |elements: usize| 4 * elements as u64;
        self.part(name, bytes(window.start), bytes(window.len()))
    }

    /// Up to `length` bytes of a member from `start` on. All of it is unpacked: the archive has a checksum
    /// of the whole.
    fn part(&mut self, name: &str, start: u64, length: u64) -> Result<Vec<u8>, TorchError> {
        let member = self.archive.by_name(name)?;
        let size = member.size();
        self.unpacked = self.unpacked.saturating_add(size);
        if self.unpacked > UNPACKED_BYTES {
            let (member, size, limit) = (name.to_owned(), self.unpacked, UNPACKED_BYTES);
            return Err(TorchError::TooLarge { member, size, limit });
        }
        // One byte more, by which one that is longer than it says is found out.
        let mut member = member.take(size.saturating_add(1));
        let skipped = io::copy(&mut member.by_ref().take(start), &mut io::sink())?;
        let mut part = Vec::new();
        member.by_ref().take(length).read_to_end(&mut part)?;
        let rest = io::copy(&mut member, &mut io::sink())?;
        if skipped + part.len() as u64 + rest != size {
            let problem = format!("`{name}` has another size than it says");
            return Err(io::Error::new(ErrorKind::InvalidData, problem).into());
        }
        Ok(part)
    }
}
