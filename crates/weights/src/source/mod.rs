//! Readers of the formats in which weights are published.
//!
//! The format is recognised by content, never by the file's name. Every reader offers the tensors
//! that it finds to an [`Assembly`], which decides by name and shape before any values are read.

mod assembly;
mod error;
mod keras;
mod legacy_torch;
mod limits;
mod onnx;
mod pickle;
mod safetensors;
mod strided;
mod torch;

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Seek as _};
use std::path::Path;

use atomic_file::open_regular;
use backbone::Backbone;

use self::assembly::Assembly;

pub use self::assembly::Classifier;
pub(crate) use self::assembly::{Assembled, Naming};
pub use self::error::SourceError;
pub use pickle::PickleError;
pub use torch::TorchError;

/// A format that can be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// HDF5 as Keras writes it: `.h5`, `.weights.h5`.
    KerasHdf5,
    /// A state dict as `torch.save` has written it since PyTorch 1.6: `.pth`, `.pt`.
    TorchZip,
    /// A state dict as `torch.save` wrote it before.
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
        Ok(Format::TorchZip)
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
    backbone: &Backbone,
    classifier: Classifier,
) -> Result<(Format, Assembled), SourceError> {
    let file = open_regular(path)?;
    let format = format_of(&file)?;
    let mut assembly = Assembly::new(backbone, classifier);
    match format {
        Format::KerasHdf5 => keras::read(&file, &mut assembly)?,
        Format::TorchZip => torch::read(&file, &mut assembly)?,
        Format::TorchLegacy => legacy_torch::read(&bytes_of(&file)?, &mut assembly)?,
        Format::Onnx => onnx::read(&bytes_of(&file)?, &mut assembly)?,
        Format::Safetensors => safetensors::read(&bytes_of(&file)?, &mut assembly)?,
    }
    Ok((format, assembly.finish()))
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
