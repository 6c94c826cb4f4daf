//! Weights in memory, read from a file or made of tensors, and checked either way.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use atomic_file::read_regular;
use safetensors::tensor::Dtype;
use safetensors::{SafeTensorError, SafeTensors};

use super::digest::digest;
use super::metadata::{Header, HeaderError, Metadata};
use super::tensor::{Tensor, Tensors, f32_from_le_bytes};
use super::tensor_error::TensorError;
use super::write::{WriteError, write};
use crate::graph::{Backbone, NodeId};

/// Bytes of a file of weights, which is read as a whole. The largest network here takes 575 MB.
const MOST_BYTES: u64 = 4 << 30;

/// Why a file was not accepted as weights.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file could not be read.
    #[error("could not read weights `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no safetensors file, or only a part of one.
    #[error("weights `{path}` are damaged, or no weight file: {reason:?}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the safetensors reader said.
        reason: SafeTensorError,
    },
    /// A safetensors file of another layout: it was not converted.
    #[error("`{path}` holds weights of another layout")]
    NotConverted {
        /// The file.
        path: PathBuf,
    },
    /// A file of another version of this format.
    #[error("weights `{path}` have format version `{got}`, expected `{}`", Header::VERSION)]
    Version {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        got: String,
    },
    /// The metadata lacks a key.
    #[error("the metadata of weights `{path}` lack `{key}`")]
    Metadata {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
    },
    /// Weights of a backbone that this version does not know.
    #[error("weights `{path}` are for the unknown backbone `{backbone}`")]
    Backbone {
        /// The file.
        path: PathBuf,
        /// The backbone in the file.
        backbone: String,
    },
    /// The tensors are not the backbone's.
    #[error("weights `{path}` do not fit the backbone `{backbone}`: {reason}")]
    Tensor {
        /// The file.
        path: PathBuf,
        /// The backbone in the file.
        backbone: String,
        /// The tensor and what is wrong with it.
        reason: Box<TensorError>,
    },
    /// The tensors are not those that were written.
    #[error("weights `{path}` were altered: digest `{got}`, expected `{expected}`")]
    Digest {
        /// The file.
        path: PathBuf,
        /// The digest in the metadata.
        expected: String,
        /// The digest of the tensors.
        got: String,
    },
}

/// The weights of a backbone: complete (save for layers of the classifier), of the right shapes, and
/// those that were written.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    backbone: Arc<Backbone>,
    metadata: Metadata,
    digest: String,
    tensors: Tensors,
}

impl Weights {
    /// Weights made of `tensors`, by the names and in the shapes of a weight file (see [`super`]).
    ///
    /// # Errors
    ///
    /// [`TensorError`] when one is missing, extra or misshapen, or holds what is not finite.
    ///
    /// # Examples
    /// ```
    /// use backbone::Backbone;
    /// use backbone::weights::{Metadata, Tensor, Weights};
    ///
    /// let backbone = Backbone::named("efficientnet_lite0")?;
    /// let metadata = Metadata {
    ///     name: "zeros".to_owned(),
    ///     preset: backbone.preset.clone(),
    ///     origin: "no file".to_owned(),
    ///     licence: "unknown".to_owned(),
    /// };
    /// let tensors = backbone.parameters().map(|(layer, parameter)| {
    ///     let zeros = vec![0.0; parameter.len()];
    ///     (parameter.name_in(layer), Tensor::new(parameter.shape, zeros))
    /// });
    /// let weights = Weights::new(&backbone, metadata, tensors.collect())?;
    /// assert!(weights.missing([backbone.features]).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        backbone: &Arc<Backbone>,
        metadata: Metadata,
        tensors: Tensors,
    ) -> Result<Self, TensorError> {
        check(backbone, &tensors)?;
        check_finite(&tensors)?;
        let digest = digest(&tensors);
        Ok(Self { backbone: Arc::clone(backbone), metadata, digest, tensors })
    }

    /// Reads the weight file at `path` into memory and checks version, tensors and digest.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: unreadable, truncated, altered, of another layout or version, or of a backbone that
    /// [`Backbone::named`] does not know.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_as(path, |name| Backbone::named(name).ok())
    }

    /// As [`Weights::open`], for a file that holds weights of `backbone`.
    ///
    /// # Errors
    ///
    /// As [`Weights::open`]; a file of any other backbone is refused.
    pub fn open_for(path: &Path, backbone: &Arc<Backbone>) -> Result<Self, OpenError> {
        Self::open_as(path, |name| (name == backbone.name).then(|| Arc::clone(backbone)))
    }

    fn open_as(
        path: &Path,
        named: impl FnOnce(&str) -> Option<Arc<Backbone>>,
    ) -> Result<Self, OpenError> {
        let bytes = read_regular(path, MOST_BYTES)
            .map_err(|source| OpenError::Read { path: path.to_owned(), source })?;
        let damaged = |reason| OpenError::Damaged { path: path.to_owned(), reason };
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(damaged)?;
        let Header { backbone: name, digest, metadata } =
            read_header(path, header.metadata().as_ref())?;
        let backbone = named(&name)
            .ok_or_else(|| OpenError::Backbone { path: path.to_owned(), backbone: name.clone() })?;

        let file = SafeTensors::deserialize(&bytes).map_err(damaged)?;
        let weights = read_tensors(&file)
            .and_then(|tensors| {
                let backbone = with_their_classes(backbone, &tensors);
                Self::new(&backbone, metadata, tensors)
            })
            .map_err(|reason| OpenError::Tensor {
                path: path.to_owned(),
                backbone: name,
                reason: Box::new(reason),
            })?;
        if weights.digest != digest {
            let (path, got) = (path.to_owned(), weights.digest);
            return Err(OpenError::Digest { path, expected: digest, got });
        }
        Ok(weights)
    }

    /// Writes a weight file to `path`, over what is there: to a temporary file beside it, synced, renamed.
    ///
    /// # Errors
    ///
    /// [`WriteError`]; what was at `path` is untouched then.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        let header = Header {
            backbone: self.backbone.name.clone(),
            digest: self.digest.clone(),
            metadata: self.metadata.clone(),
        };
        write(path, &header, &self.tensors)
    }

    /// The tensors that `nodes` of the backbone, and what they depend on, need and that are not here.
    pub fn missing(&self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<String> {
        let needed = self.backbone.needed(nodes);
        let nodes = self.backbone.nodes.iter().zip(needed).filter(|(_, needed)| *needed);
        let names = nodes.flat_map(|(node, _)| node.operation.tensor_names());
        names.filter(|name| !self.tensors.contains_key(name)).collect()
    }

    /// The network that they are of.
    pub fn backbone(&self) -> &Arc<Backbone> {
        &self.backbone
    }

    /// What they are called, and where they come from.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The digest of the tensors, 64 lowercase hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The tensor called `name`, as in `block1_conv1.weight`.
    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.get(name)
    }

    /// Every tensor with its name, sorted by name.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }
}

/// Whether a safetensors file with these metadata is a weight file as it is specified here.
pub fn is_weight_file(metadata: &HashMap<String, String>) -> bool {
    Header::from_map(metadata).is_ok()
}

fn read_header(path: &Path, map: Option<&HashMap<String, String>>) -> Result<Header, OpenError> {
    let path = path.to_owned();
    let Some(map) = map else { return Err(OpenError::NotConverted { path }) };
    Header::from_map(map).map_err(|error| match error {
        HeaderError::Format => OpenError::NotConverted { path },
        HeaderError::Version(got) => OpenError::Version { path, got },
        HeaderError::Key(key) => OpenError::Metadata { path, key },
    })
}

fn read_tensors(file: &SafeTensors<'_>) -> Result<Tensors, TensorError> {
    file.iter()
        .map(|(name, view)| match view.dtype() {
            Dtype::F32 => {
                let values = f32_from_le_bytes(view.data());
                Ok((name.to_owned(), Tensor::new(view.shape().to_vec(), values)))
            }
            other => Err(TensorError::DataType { name: name.to_owned(), got: other.to_string() }),
        })
        .collect()
}

/// Whether all numbers are numbers.
fn check_finite(tensors: &Tensors) -> Result<(), TensorError> {
    for (name, tensor) in tensors {
        if let Some(at) = tensor.values().iter().position(|value| !value.is_finite()) {
            let (value, len) = (tensor.values()[at].to_string(), tensor.values().len());
            return Err(TensorError::NotFinite { name: name.clone(), value, at, len });
        }
    }
    Ok(())
}

/// The backbone with as many classes as `tensors` have.
fn with_their_classes(backbone: Arc<Backbone>, tensors: &Tensors) -> Arc<Backbone> {
    let name = backbone.classes().map(|(layer, _)| format!("{}.weight", layer.name));
    let shape = name.and_then(|name| tensors.get(&name)).map(Tensor::shape);
    match (shape.and_then(<[usize]>::first), backbone.classes()) {
        (Some(&n), Some((_, usual))) if n != usual => Arc::new(backbone.with_classes(n)),
        _ => backbone,
    }
}

/// Whether `tensors` are the backbone's and no others. A layer of the classifier may be absent as a whole.
fn check(backbone: &Backbone, tensors: &Tensors) -> Result<(), TensorError> {
    let expected: HashSet<String> =
        backbone.nodes.iter().flat_map(|node| node.operation.tensor_names()).collect();
    if let Some(name) = tensors.keys().find(|name| !expected.contains(*name)) {
        return Err(TensorError::Extra { name: name.clone() });
    }
    for operation in backbone.nodes.iter().map(|node| &node.operation) {
        let Some(layer) = operation.layer() else { continue };
        let mut names = operation.tensor_names().into_iter();
        if layer.in_classifier && names.all(|name| !tensors.contains_key(&name)) {
            continue;
        }
        for parameter in operation.parameters() {
            let name = parameter.name_in(layer);
            match tensors.get(&name) {
                None => return Err(TensorError::Missing { name }),
                Some(tensor) if tensor.shape() != parameter.shape => {
                    let got = tensor.shape().to_vec();
                    return Err(TensorError::Misshapen { name, expected: parameter.shape, got });
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}
