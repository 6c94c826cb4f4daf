//! Why a published file is not converted.

use std::io;

use backbone::weights::TensorError;
use safetensors::SafeTensorError;

use super::torch::TorchError;

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
        backbone: String,
    },
    /// An HDF5 file has something that leads out of it, or that HDF5 would have to be extended to read.
    #[error(
        "has {what} at `{object}`, which is not read\n\
         hint: save the weights anew, by themselves and without anything of the kind"
    )]
    Hdf5Elsewhere {
        /// The link or dataset.
        object: String,
        /// What it is.
        what: String,
    },
    /// An HDF5 file has more links than any Keras file.
    #[error("has more than {limit} groups and datasets, as no file of weights has")]
    Hdf5Links {
        /// How many are read.
        limit: usize,
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
    Onnx(#[from] onnx::DamagedModel),
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
    #[error("is converted already")]
    Converted,
    /// A tensor is missing, extra, misshapen or not of type `f32`.
    #[error("does not fit: {0}")]
    Tensor(#[from] TensorError),
    /// The file has very many tensors that belong to no part of the backbone.
    #[error("has more than {limit} tensors that do not belong to the backbone")]
    OtherTensors {
        /// How many are left out.
        limit: usize,
    },
    /// Two tensors of the source claim the same place.
    #[error("does not fit: tensor `{source_name}` is a second `{name}`")]
    Repeated {
        /// The tensor's name in a weight file.
        name: String,
        /// The later tensor's name in the source.
        source_name: String,
    },
    /// A tensor of the classifier, without which one could do, has another shape than the backbone's.
    #[error("does not fit: tensor `{name}` has shape {got:?}, expected {expected:?}")]
    MisshapenClassifier {
        /// Its name in the source.
        name: String,
        /// The backbone's shape.
        expected: Vec<usize>,
        /// The shape found, dimensions in the same order.
        got: Vec<usize>,
    },
    /// A tensor holds more or fewer values than its shape says.
    #[error("is damaged: tensor `{name}` holds {got} values, expected {expected} by its shape")]
    Length {
        /// Its name in the source.
        name: String,
        /// The product of its shape.
        expected: usize,
        /// The number of values found.
        got: usize,
    },
}
