//! Reads checkpoints as `torch.save` has written them since PyTorch 1.6.
//!
//! The file is a zip archive with one folder. In its `data.pkl` are tensors with names, each a strided
//! window on a storage; the storages' bytes are members of their own, `data/<key>`.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::rc::Rc;

use backbone::weights::TensorError;
use pickle::{Checkpoint, PickleError, StridedTensor, read_checkpoint};
use zip::ZipArchive;
use zip::result::ZipError;

use super::container::{Container, Listed, Listing, Order, Writer};
use super::error::SourceError;
use super::limits::{PICKLE_BYTES, UNPACKED_BYTES};
use super::numbers::{Float, Numbers};
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
    #[error(
        "is a zip archive, but neither one of torch.save nor one of Keras: it has no `data.pkl` and no \
         `model.weights.h5`\n\
         hint: if the weights lie in it, unpack it"
    )]
    NoPickle,
    /// An archive of NumPy arrays.
    #[error(
        "is an archive of NumPy arrays, which is not read\n\
         hint: in Python, safetensors.numpy.save_file(dict(numpy.load(FILE)), NEW) keeps names and numbers"
    )]
    NumPy,
    /// A pickle was refused.
    #[error("{0}")]
    Pickle(#[from] PickleError),
    /// There is no tensor in any dictionary of the file.
    #[error(
        "has no tensors{}\n\
         hint: in Python, torch.save(model.state_dict(), FILE) writes weights alone",
        foreign.as_ref().map_or(String::new(), |name| {
            format!("; its pickle names `{name}`, which is not executed")
        })
    )]
    NoTensors {
        /// The first class or function that its pickle names, and that is no part of PyTorch's tensors.
        foreign: Option<String>,
    },
    /// A storage in the file is that of no tensor.
    #[error("is damaged, or of a type that is not read: no tensor lies in its storage `{key}`")]
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

/// An archive that `torch.save` wrote.
pub(super) struct TorchArchive<'f> {
    members: Members<'f>,
    folder: String,
    tensors: Vec<(String, Rc<StridedTensor>)>,
}

impl<'f> TorchArchive<'f> {
    pub(super) fn new(archive: ZipArchive<&'f File>) -> Result<Self, TorchError> {
        let folder = folder(&archive)?;
        Ok(Self { members: Members { archive, unpacked: 0 }, folder, tensors: Vec::new() })
    }
}

impl Container for TorchArchive<'_> {
    fn list(&mut self) -> Result<Listing, SourceError> {
        check_byte_order(&mut self.members, &self.folder)?;
        let pickle = self.members.all(&format!("{}data.pkl", self.folder))?;
        let Checkpoint { tensors, foreign, .. } =
            read_checkpoint(&pickle).map_err(TorchError::Pickle)?;
        self.tensors = tensors;
        listing(&self.tensors, foreign)
    }

    fn values(&mut self, index: usize, _shape: &[usize]) -> Result<Numbers, SourceError> {
        let (name, tensor) = &self.tensors[index];
        let float = float_of(name, tensor)?;
        let member = format!("{}data/{}", self.folder, tensor.storage);
        let part = self.members.storage(&member, tensor, float)?;
        gathered(name, tensor, float.decode(&part))
    }
}

/// What a checkpoint has; `foreign` is what its pickle names that is not known.
pub(super) fn listing(
    tensors: &[(String, Rc<StridedTensor>)],
    foreign: Option<String>,
) -> Result<Listing, SourceError> {
    if tensors.is_empty() {
        return Err(TorchError::NoTensors { foreign }.into());
    }
    let listed =
        |(name, tensor): &(String, Rc<StridedTensor>)| Listed::new(name, tensor.shape.clone());
    let tensors = tensors.iter().map(listed).collect();
    Ok(Listing { tensors, order: Order::OfLayers, writer: Writer::PyTorch, graph: Vec::new() })
}

/// The type of a tensor's numbers.
pub(super) fn float_of(name: &str, tensor: &StridedTensor) -> Result<Float, SourceError> {
    Float::named(tensor.data_type).ok_or_else(|| {
        let got = tensor.data_type.to_owned();
        TensorError::DataType { name: name.to_owned(), got }.into()
    })
}

/// The values of a tensor of the part of its storage that it lies in.
pub(super) fn gathered(
    name: &str,
    tensor: &StridedTensor,
    part: Numbers,
) -> Result<Numbers, SourceError> {
    let values = gather(&part.values, tensor);
    let out_of_bounds = || TorchError::OutOfBounds { name: name.to_owned() };
    Ok(Numbers { values: values.ok_or_else(out_of_bounds)?, ..part })
}

/// The archive's one folder, with its slash: the name that the file had when it was saved.
fn folder(archive: &ZipArchive<&File>) -> Result<String, TorchError> {
    let names = || archive.file_names().filter_map(Result::ok);
    if names().any(|name| name.ends_with(".npy")) {
        return Err(TorchError::NumPy);
    }
    names()
        .find_map(|name| name.strip_suffix("data.pkl").map(str::to_owned))
        .filter(|folder| folder.ends_with('/'))
        .ok_or(TorchError::NoPickle)
}

/// Files since PyTorch 2.1 name their byte order; before, it was that of x86.
fn check_byte_order(members: &mut Members<'_>, folder: &str) -> Result<(), TorchError> {
    match members.all(&format!("{folder}byteorder")) {
        Ok(order) if order == b"big" => Err(TorchError::BigEndian),
        Ok(_) | Err(TorchError::Zip(ZipError::FileNotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The members of an archive, and how much of them was unpacked. Sizes that the archive states are
/// believed only as far as that goes.
struct Members<'f> {
    archive: ZipArchive<&'f File>,
    unpacked: u64,
}

impl Members<'_> {
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
    fn storage(
        &mut self,
        name: &str,
        tensor: &StridedTensor,
        float: Float,
    ) -> Result<Vec<u8>, TorchError> {
        // As of a storage that ends before the tensor.
        let Some(window) = window(tensor) else { return Ok(Vec::new()) };
        let bytes = |elements: usize| (float.size() as u64).saturating_mul(elements as u64);
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
