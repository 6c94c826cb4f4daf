//! Readers of the formats in which weights are published.
//!
//! The format is recognised by content, never by the file's name. Every reader is a [`Container`], which lists the
//! tensors of a file; [`fitting`] finds the backbone among them before any values are read.

mod container;
mod error;
mod fitting;
mod graph;
mod keras;
mod legacy_torch;
mod limits;
mod misfit;
mod numbers;
mod onnx;
mod safetensors;
mod strided;
mod torch;

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Seek as _};
use std::path::Path;
use std::sync::Arc;

use ::zip::ZipArchive;
use ::zip::read::{ArchiveOffset, Config};
use atomic_file::open_regular;
use backbone::Backbone;

use self::container::Container;
use self::fitting::assemble;
use self::keras::KerasFile;
use self::legacy_torch::LegacyTorchFile;
use self::onnx::OnnxModel;
use self::safetensors::SafetensorsFile;
use self::torch::TorchArchive;

pub use self::error::SourceError;
pub(crate) use self::fitting::{Assembled, Naming, Wanted};
pub use self::fitting::{Classifier, Way};
pub use self::misfit::{Common, Looks, Misfit};
pub use ::pickle::PickleError;
pub use torch::TorchError;

/// A format that can be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// HDF5 as Keras writes it: `.h5`, `.weights.h5`.
    KerasHdf5,
    /// An archive of Keras 3: `.keras`.
    KerasArchive,
    /// A checkpoint as `torch.save` has written it since PyTorch 1.6: `.pth`, `.pt`.
    TorchZip,
    /// A checkpoint as `torch.save` wrote it before.
    TorchLegacy,
    /// Initializers of an ONNX model.
    Onnx,
    /// safetensors with Keras' or torchvision's names.
    Safetensors,
}

/// The first bytes of the formats that have a signature.
const HDF5_SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";
/// A pickle (protocol 2) of the number 0x1950a86a20f9469cfc6c, with which old torch files begin.
const LEGACY_TORCH_SIGNATURE: &[u8] = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19";

/// The format of the file at `path`, by its first bytes.
pub(crate) fn detect(path: &Path) -> Result<Format, SourceError> {
    format_of(&open_regular(path)?)
}

/// The format of an open file, which is read from its beginning after that.
fn format_of(mut file: &File) -> Result<Format, SourceError> {
    let mut start = Vec::new();
    file.take(16).read_to_end(&mut start)?;
    file.rewind()?;
    if start.starts_with(HDF5_SIGNATURE) {
        Ok(Format::KerasHdf5)
    } else if start.starts_with(ZIP_SIGNATURE) {
        // What is wrong with a damaged one is said by its reader.
        let archive = archive(file);
        let is_keras = archive.is_ok_and(|a| a.index_for_name(keras::WEIGHTS_MEMBER).is_some());
        file.rewind()?;
        Ok(if is_keras { Format::KerasArchive } else { Format::TorchZip })
    } else if start.starts_with(LEGACY_TORCH_SIGNATURE) {
        Ok(Format::TorchLegacy)
    } else if start.get(8) == Some(&b'{') {
        // After the length of the header, eight bytes, comes its JSON.
        Ok(Format::Safetensors)
    } else if start.first() == Some(&0x08) {
        // Protocol buffers have no signature; an ONNX model begins with field 1, its version.
        Ok(Format::Onnx)
    } else {
        Err(SourceError::UnknownFormat)
    }
}

/// Reads all tensors of `backbone` from a file of any known format.
pub(crate) fn read(
    path: &Path,
    backbone: &Arc<Backbone>,
    wanted: Wanted<'_>,
) -> Result<(Format, Assembled), SourceError> {
    let file = open_regular(path)?;
    let format = format_of(&file)?;
    let unpacked;
    let mut container: Box<dyn Container + '_> = match format {
        Format::KerasHdf5 => Box::new(KerasFile::open(&file)?),
        Format::KerasArchive => {
            unpacked = keras::unpacked(&mut archive(&file)?)?;
            Box::new(KerasFile::open(unpacked.as_file())?)
        }
        Format::TorchZip => Box::new(TorchArchive::new(archive(&file)?)?),
        Format::TorchLegacy => Box::new(LegacyTorchFile::new(bytes_of(&file)?)),
        Format::Onnx => Box::new(OnnxModel::new(bytes_of(&file)?)),
        Format::Safetensors => Box::new(SafetensorsFile::new(bytes_of(&file)?)),
    };
    Ok((format, assemble(&mut *container, backbone, wanted)?))
}

/// The archive that a file is from its first byte on. (Where it begins is not to be guessed: the crate takes the second
/// header for the first where that has a certain length.)
fn archive(file: &File) -> Result<ZipArchive<&File>, TorchError> {
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    Ok(ZipArchive::with_config(config, file)?)
}

/// All bytes of a file.
fn bytes_of(mut file: &File) -> io::Result<Vec<u8>> {
    let len = file.metadata()?.len();
    let mut bytes = Vec::new();
    if len <= limits::FILE_BYTES {
        bytes.try_reserve_exact(len as usize + 1)?;
        (&mut file).take(limits::FILE_BYTES + 1).read_to_end(&mut bytes)?;
    }
    if len.max(bytes.len() as u64) > limits::FILE_BYTES {
        let problem = format!("it has {len} bytes, the limit is {}", limits::FILE_BYTES);
        return Err(io::Error::new(ErrorKind::FileTooLarge, problem));
    }
    Ok(bytes)
}
