//! Readers of the formats in which weights are published.
//!
//! The format is recognised by content, never by the file's name. Every reader offers the tensors
//! that it finds to an [`Assembly`], which decides by name and shape before any values are read.

mod keras;
mod legacy_torch;
mod onnx;
mod pickle;
mod safetensors;
mod strided;
mod torch;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ::safetensors::SafeTensorError;

use super::assembly::{Assembled, Assembly, Classifier};
use super::tensor_error::TensorError;
use crate::backbone::Backbone;

pub(super) use self::safetensors::place_view;
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

/// Why no weights could be read from a source file.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file could not be read.
    #[error("could not be read: {0}")]
    Read(#[from] io::Error),
    /// The file is of none of the known formats.
    #[error(
        "is of an unknown format\n\
         hint: known are Keras .h5, torch.save, ONNX and safetensors"
    )]
    UnknownFormat,
    /// HDF5 could not read the file.
    #[error("is a damaged HDF5 file: {0}")]
    Hdf5(#[from] hdf5::Error),
    /// Keras has no network like the backbone.
    #[error(
        "is a file of Keras, which has no network of the same layout as `{backbone}`\n\
         hint: convert the weights that torchvision or timm publishes for it"
    )]
    NotInKeras {
        /// The backbone.
        backbone: &'static str,
    },
    /// The groups of an HDF5 file are nested as no Keras file's are.
    #[error("nests groups too deeply, down to `{group}`")]
    Nesting {
        /// Where the reader gave up.
        group: String,
    },
    /// The file is no state dict, or a damaged one.
    #[error("{0}")]
    Torch(#[from] TorchError),
    /// The file begins like an ONNX model and is none.
    #[error("is a damaged ONNX file, or of an unknown format: {0}")]
    Onnx(#[from] prost::DecodeError),
    /// The values of an ONNX initializer lie in another file.
    #[error(
        "keeps the values of `{tensor}` in another file, which is not read\n\
         hint: save the model with its weights inside"
    )]
    OnnxExternal {
        /// The initializer.
        tensor: String,
    },
    /// The safetensors reader refused the file.
    #[error("is a damaged safetensors file: {0:?}")]
    Safetensors(SafeTensorError),
    /// The file is one of ours.
    #[error("is converted already\nhint: give its path as --weights")]
    Converted,
    /// A tensor is missing, extra, misshapen or not of type `f32`.
    #[error("{0}")]
    Tensor(#[from] TensorError),
}

/// The first bytes of the formats that have a signature.
const HDF5_SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";
/// A pickle (protocol 2) of the number 0x1950a86a20f9469cfc6c, with which old torch files begin.
const LEGACY_TORCH_SIGNATURE: &[u8] = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19";

/// The format of the file at `path`, by its first bytes.
pub(super) fn detect(path: &Path) -> Result<Format, SourceError> {
    let mut start = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut start)?;
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
pub(super) fn read(
    path: &Path,
    backbone: &Backbone,
    classifier: Classifier,
) -> Result<(Format, Assembled), SourceError> {
    let format = detect(path)?;
    let mut assembly = Assembly::new(backbone, classifier);
    match format {
        Format::KerasHdf5 => keras::read(path, &mut assembly)?,
        Format::TorchZip => torch::read(path, &mut assembly)?,
        Format::TorchLegacy => legacy_torch::read(path, &mut assembly)?,
        Format::Onnx => onnx::read(path, &mut assembly)?,
        Format::Safetensors => safetensors::read(path, &mut assembly)?,
    }
    Ok((format, assembly.finish()?))
}
