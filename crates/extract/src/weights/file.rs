//! Opens a weight file and checks all of it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use safetensors::{SafeTensorError, SafeTensors};

use super::assembly::{Assembly, Classifier};
use super::digest::digest;
use super::metadata::{Metadata, MetadataError};
use super::source::place_view;
use super::tensor::{Tensor, Tensors};
use super::tensor_error::TensorError;
use crate::backbone::{Backbone, NodeId, backbones};

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
    #[error(
        "weights `{path}` are damaged, or no weight file: {reason:?}\n\
         hint: fetch or convert them again (extract weights --help)"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the safetensors reader said.
        reason: SafeTensorError,
    },
    /// A safetensors file that `extract weights convert` did not write.
    #[error("`{path}` holds weights of another layout\n{}", convert_hint(path))]
    NotConverted {
        /// The file.
        path: PathBuf,
    },
    /// A file of another version of this format.
    #[error(
        "weights `{path}` have format version `{got}`, expected `{}`\n\
         hint: fetch or convert them again with this version of extract",
        Metadata::VERSION
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        got: String,
    },
    /// The metadata lacks a key.
    #[error("the metadata of weights `{path}` lack `{key}`\nhint: fetch or convert them again")]
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
    #[error(
        "weights `{path}` were altered: digest `{got}`, expected `{expected}`\n\
         hint: fetch or convert them again (extract weights --help)"
    )]
    Digest {
        /// The file.
        path: PathBuf,
        /// The digest in the metadata.
        expected: String,
        /// The digest of the tensors.
        got: String,
    },
}

/// How to turn a file of another layout into weights.
pub(super) fn convert_hint(path: &Path) -> String {
    format!(
        "hint: extract weights convert {} --backbone NAME --out FILE.safetensors",
        path.display()
    )
}

/// The weights of a backbone: complete (save for layers of the classifier), of the right shapes, and
/// those that were written.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    metadata: Metadata,
    tensors: Tensors,
}

impl Weights {
    /// Reads the weight file at `path` into memory and checks version, tensors and digest.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: unreadable, truncated, altered, of another layout, version or backbone.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_for(path, backbones())
    }

    /// As [`Weights::open`], for the backbones of the caller's own table.
    ///
    /// # Errors
    ///
    /// As [`Weights::open`].
    pub fn open_for(path: &Path, backbones: &[Backbone]) -> Result<Self, OpenError> {
        let bytes =
            fs::read(path).map_err(|source| OpenError::Read { path: path.to_owned(), source })?;
        let damaged = |reason| OpenError::Damaged { path: path.to_owned(), reason };
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(damaged)?;
        let metadata = read_metadata(path, header.metadata().as_ref())?;
        let backbone = backbones
            .iter()
            .find(|backbone| backbone.name == metadata.backbone)
            .ok_or_else(|| OpenError::Backbone {
                path: path.to_owned(),
                backbone: metadata.backbone.clone(),
            })?;

        let file = SafeTensors::deserialize(&bytes).map_err(damaged)?;
        let tensors = read_tensors(&file, backbone).map_err(|reason| OpenError::Tensor {
            path: path.to_owned(),
            backbone: metadata.backbone.clone(),
            reason: Box::new(reason),
        })?;
        let got = digest(&tensors);
        if got != metadata.digest {
            let expected = metadata.digest;
            return Err(OpenError::Digest { path: path.to_owned(), expected, got });
        }
        Ok(Self { metadata, tensors })
    }

    /// Weights that come from no file: those of `backbone` called `name`, with all their tensors by
    /// the names and in the shapes of a converted file (see [`super`]).
    ///
    /// # Errors
    ///
    /// [`TensorError`] when one is missing, extra or misshapen.
    pub fn from_tensors(
        backbone: &Backbone,
        name: &str,
        tensors: impl IntoIterator<Item = (String, Vec<usize>, Vec<f32>)>,
    ) -> Result<Self, TensorError> {
        let mut assembly = Assembly::new(backbone, Classifier::Keep);
        for (name, shape, values) in tensors {
            assembly.place_by_name::<TensorError>(&name, &shape, || Ok(values))?;
        }
        let tensors = assembly.finish()?.tensors;
        let metadata = Metadata {
            backbone: backbone.name.to_owned(),
            name: name.to_owned(),
            preset: backbone.preset.to_owned(),
            digest: digest(&tensors),
            origin: "no file".to_owned(),
            licence: "unknown".to_owned(),
        };
        Ok(Self { metadata, tensors })
    }

    /// The tensors that `nodes` of `backbone`, and what they depend on, need and that are not here.
    pub fn missing(
        &self,
        backbone: &Backbone,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> Vec<String> {
        let needed = backbone.needed(nodes);
        let nodes = backbone.nodes.iter().zip(needed).filter(|(_, needed)| *needed);
        let names = nodes.flat_map(|(node, _)| node.operation.tensor_names());
        names.filter(|name| !self.tensors.contains_key(name)).collect()
    }

    /// What the file says about itself.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What a user calls these weights: `vgg16-keras-notop`.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Name of the backbone: `vgg16`.
    pub fn backbone(&self) -> &str {
        &self.metadata.backbone
    }

    /// The preprocessing that the weights were trained with: `keras`, `torchvision`.
    pub fn preset(&self) -> &str {
        &self.metadata.preset
    }

    /// The digest of the tensors, 64 lowercase hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.metadata.digest
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

fn read_metadata(
    path: &Path,
    map: Option<&HashMap<String, String>>,
) -> Result<Metadata, OpenError> {
    let path = path.to_owned();
    let Some(map) = map else { return Err(OpenError::NotConverted { path }) };
    Metadata::from_map(map).map_err(|error| match error {
        MetadataError::Format => OpenError::NotConverted { path },
        MetadataError::Version(got) => OpenError::Version { path, got },
        MetadataError::Key(key) => OpenError::Metadata { path, key },
    })
}

/// The tensors of a converted file, which has the backbone's own names and no others.
fn read_tensors(file: &SafeTensors<'_>, backbone: &Backbone) -> Result<Tensors, TensorError> {
    let mut assembly = Assembly::new(backbone, Classifier::Keep);
    let expected: HashSet<String> =
        backbone.nodes.iter().flat_map(|node| node.operation.tensor_names()).collect();
    for name in file.names() {
        if !expected.contains(name) {
            return Err(TensorError::Extra { name: name.to_owned() });
        }
    }
    for (name, view) in file.iter() {
        place_view::<TensorError>(&mut assembly, name, &view)?;
    }
    Ok(assembly.finish()?.tensors)
}
