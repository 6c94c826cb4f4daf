//! Why a published file is not converted.

use std::io;

use backbone::weights::TensorError;
use safetensors::SafeTensorError;

use super::misfit::Misfit;
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
         hint: known are Keras .h5 and .keras, torch.save, ONNX and safetensors"
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
    /// A tensor is missing, extra, misshapen, not finite or of a type that is not read.
    #[error("does not fit: {0}")]
    Tensor(#[from] TensorError),
    /// The file has very many tensors.
    #[error("has more than {limit} tensors, as no file of weights has")]
    Tensors {
        /// How many are listed.
        limit: usize,
    },
    /// The graph of an ONNX model has very many parts.
    #[error("has a graph that is larger than that of any network: more than {limit} parts")]
    OnnxGraph {
        /// How many are followed.
        limit: usize,
    },
    /// No network in the file is the backbone.
    #[error("{0}")]
    Misfit(Box<Misfit>),
    /// More than one network in the file is the backbone.
    #[error("holds {} networks that fit: {}", entries.len(), listed(entries))]
    SeveralEntries {
        /// What each is called.
        entries: Vec<String>,
    },
    /// None of the networks that fit is called as the one that is wanted.
    #[error("{}", no_entry(entry, entries))]
    NoEntry {
        /// What was asked for.
        entry: String,
        /// What those that fit are called.
        entries: Vec<String>,
    },
    /// Nothing says how images were prepared for the network, of which there are two kinds.
    #[error(
        "does not say by the names of its layers whether images are prepared as Keras or as torchvision does"
    )]
    UnknownPreset,
    /// Kernels in Theano's order of dimensions, and nothing says which backend used them.
    #[error(
        "has kernels in Theano's order of dimensions, and no attribute `backend` that says whether they are turned \
         by half a turn, as Theano's are\n\
         hint: if Theano trained it, write the attribute into a copy of the file; in Python: \
         h5py.File(COPY, \"r+\").attrs[\"backend\"] = \"theano\", otherwise \"tensorflow\""
    )]
    TheanoKernels,
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

/// Names as they stand in a message.
fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn no_entry(entry: &str, entries: &[String]) -> String {
    match entries {
        [] => format!("has no network that fits, neither `{entry}` nor another"),
        entries => format!("has no network `{entry}` that fits; there is {}", listed(entries)),
    }
}
