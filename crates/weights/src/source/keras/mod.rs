//! Reads the HDF5 files of Keras.
//!
//! Three layouts are in use: a group for each layer at the top (the released VGG files), the same
//! below `/model_weights` (a whole saved model, in which a network may lie as a layer of another), and
//! `layers/<layer>/vars/<n>` (Keras 3). The names of the datasets differ as well (`block1_conv1_W_1:0`, `kernel:0`,
//! `0`). See [`layout`]. Of the backbones, Keras has VGG16 and VGG19; its ResNets, MobileNetV2 and InceptionV3
//! are other networks than torchvision's, with strides, paddings or biases elsewhere.
//!
//! Only what lies in the file itself is read. HDF5 would follow links of every kind (soft, external, of
//! plugins), read the values of a dataset out of other files (external storage, virtual datasets), and load
//! a plugin for a filter that it does not know. All of that is refused before an object is opened, a size
//! asked for, or a value read: the kind of each link, the storage of each dataset, its filters. A file of
//! weights has hard links, values of its own, and deflate, shuffle and checksums at most.

mod archive;
mod layout;
mod storage;

use std::fs::File;

use backbone::weights::TensorError;
use hdf5::types::{FixedAscii, FloatSize, TypeDescriptor, VarLenAscii, VarLenUnicode};
use hdf5::{Dataset, Group, LinkType};

use self::layout::{Kernels, are_outputs_first, listed, reordered, shape_of};
use self::storage::{check_storage, child_group};
use super::container::{Container, Listed, Listing, Order, Writer};
use super::error::SourceError;
use super::limits::{DEPTH, LINKS};
use super::numbers::Numbers;

pub(super) use self::archive::{WEIGHTS_MEMBER, unpacked};

/// Groups that hold the state of training, not weights.
const OPTIMIZER_GROUPS: [&str; 2] = ["optimizer", "optimizer_weights"];

/// A file of Keras.
pub(super) struct KerasFile {
    file: hdf5::File,
    /// The shape of each tensor of the list, as it is stored.
    stored: Vec<Vec<usize>>,
    names: Vec<String>,
    kernels: Kernels,
}

impl KerasFile {
    pub(super) fn open(file: &File) -> Result<Self, SourceError> {
        let file = open(file)?;
        Ok(Self { file, stored: Vec::new(), names: Vec::new(), kernels: Kernels::default() })
    }

    /// How the kernels of the file lie. What computed with them is said by an attribute, at least where it
    /// matters.
    fn kernels(&self) -> Result<Kernels, SourceError> {
        let kernels = self.stored.iter().map(Vec::as_slice).filter(|shape| shape.len() == 4);
        let outputs_first = are_outputs_first(kernels);
        match backend(&self.file).as_deref() {
            None if outputs_first => Err(SourceError::TheanoKernels),
            backend => Ok(Kernels { outputs_first, turned: backend == Some("theano") }),
        }
    }
}

impl Container for KerasFile {
    fn list(&mut self) -> Result<Listing, SourceError> {
        let mut walk = Walk { found: Vec::new(), links_left: LINKS };
        walk.visit(&self.file, &mut Vec::new())?;
        self.stored = walk.found.iter().map(|tensor| tensor.shape.clone()).collect();
        self.names = walk.found.iter().map(|tensor| tensor.name.clone()).collect();
        self.kernels = self.kernels()?;
        let reshaped = |tensor: Listed| {
            let shape = shape_of(&tensor.shape, self.kernels);
            Listed { shape, ..tensor }
        };
        let tensors = walk.found.into_iter().map(reshaped).collect();
        Ok(Listing { tensors, order: Order::OfNames, writer: Writer::Keras, graph: Vec::new() })
    }

    fn values(&mut self, index: usize, shape: &[usize]) -> Result<Numbers, SourceError> {
        let (name, stored, kernels) = (&self.names[index], &self.stored[index], self.kernels);
        let numbers = numbers(&self.file.dataset(name)?, name)?;
        // The layout below relies on it.
        if numbers.values.len() != stored.iter().product::<usize>() {
            return Err(SourceError::UnknownFormat);
        }
        Ok(numbers.map(|values| reordered(values, stored, shape, kernels)))
    }
}

/// HDF5 is given the open file, not its name, where another one could be meanwhile. It is never written to
/// and needs no lock, which fails where the file system has none, or while whoever wrote the file still
/// starts a process.
fn open(file: &File) -> Result<hdf5::File, SourceError> {
    use std::os::fd::AsRawFd as _;
    Ok(hdf5::File::with_options()
        .with_fapl(|access| access.file_locking(false))
        .open(format!("/dev/fd/{}", file.as_raw_fd()))?)
}

/// The backend of Keras that computed with the file, where it says so.
fn backend(file: &hdf5::File) -> Option<String> {
    let places = [Some((**file).clone()), file.group("model_weights").ok()];
    places.into_iter().flatten().find_map(|group| {
        let attribute = group.attr("backend").ok()?;
        (attribute.read_scalar::<VarLenUnicode>().map(|text| text.to_string()))
            .or_else(|_| attribute.read_scalar::<VarLenAscii>().map(|text| text.to_string()))
            .or_else(|_| attribute.read_scalar::<FixedAscii<16>>().map(|text| text.to_string()))
            .ok()
    })
}

fn numbers(dataset: &Dataset, name: &str) -> Result<Numbers, SourceError> {
    let data_type = dataset.dtype()?.to_descriptor()?;
    match data_type {
        TypeDescriptor::Float(FloatSize::U2) => {
            let values = dataset.read_raw::<half::f16>()?;
            Ok(values.into_iter().map(half::f16::to_f32).collect::<Vec<_>>().into())
        }
        TypeDescriptor::Float(FloatSize::U4) => Ok(dataset.read_raw::<f32>()?.into()),
        TypeDescriptor::Float(FloatSize::U8) => {
            Ok(Numbers::rounded(dataset.read_raw::<f64>()?.into_iter()))
        }
        other => {
            let got = other.to_string();
            Err(TensorError::DataType { name: name.to_owned(), got }.into())
        }
    }
}

/// A walk over the groups of a file.
struct Walk {
    /// Datasets with their shapes as they are stored.
    found: Vec<Listed>,
    links_left: usize,
}

impl Walk {
    /// Lists the datasets in `group`, which lies at `path`, and below.
    fn visit(&mut self, group: &Group, path: &mut Vec<String>) -> Result<(), SourceError> {
        for (name, link) in self.members(group)? {
            let full = format!("/{}", [&path[..], std::slice::from_ref(&name)].concat().join("/"));
            if OPTIMIZER_GROUPS.contains(&name.as_str()) {
                self.found.push(Listed { name: full, path: name, shape: Vec::new() });
            } else if let Some(child) = child_group(group, &name, link, &full)? {
                if path.len() == DEPTH {
                    return Err(SourceError::Nesting { group: full });
                }
                path.push(name);
                self.visit(&child, path)?;
                path.pop();
            } else {
                let dataset = group.dataset(&name)?;
                check_storage(&dataset, &full)?;
                let groups: Vec<&str> = path.iter().map(String::as_str).collect();
                self.found.push(listed(&groups, &name, dataset.shape()));
            }
        }
        Ok(())
    }

    /// The links in a group, each with its kind.
    fn members(&mut self, group: &Group) -> Result<Vec<(String, LinkType)>, SourceError> {
        let mut members = Vec::new();
        let visited = group.iter_visit_default(|name, info| {
            // An error ends the visit: the number that the group states is not waited for.
            self.links_left = self.links_left.checked_sub(1).ok_or("too many links")?;
            members.push((name.to_owned(), info.link_type));
            Ok(())
        });
        match visited {
            Err(_) if self.links_left == 0 => Err(SourceError::Hdf5Links { limit: LINKS }),
            visited => Ok(visited.map(|()| members)?),
        }
    }
}
