//! What a file of weights may ask for. Whoever wrote it may mean harm: what would take more is refused
//! before it is allocated, or walked to its end.
//!
//! At most a file is in memory (not of the formats that are archives, zip and HDF5), the tensors of the
//! backbone, and of one tensor once more what [`SPREAD`] says.

/// Bytes of a file that is read as a whole. The largest that is published takes 575 MB.
pub(super) const FILE_BYTES: u64 = 4 << 30;

/// Bytes of the header of a safetensors file: it names the tensors.
pub(super) const HEADER_BYTES: u64 = 16 << 20;

/// Bytes of a pickle in an archive: it names the tensors.
pub(super) const PICKLE_BYTES: u64 = 16 << 20;

/// Tensors of a file.
pub(super) const TENSORS: usize = 100_000;

/// Bytes that the members of an archive may have together once they are unpacked. Tensors may share a
/// member, which is read once for each.
pub(super) const UNPACKED_BYTES: u64 = 64 << 30;

/// How many times its own values a tensor may spread over its storage, as slices of larger tensors do, and
/// how many values more.
pub(super) const SPREAD: (usize, usize) = (4, 1 << 20);

/// Links in a Keras file: groups and datasets. Links can be a maze in which a group of a few lies at
/// millions of places.
pub(super) const LINKS: usize = 10_000;

/// Groups within groups in a Keras file. No Keras file nests half as deep.
pub(super) const DEPTH: usize = 16;

/// Bytes of a compressed piece of a dataset, which can be a thousand times as many when it is unpacked.
pub(super) const CHUNK_BYTES: u64 = 1 << 20;

/// Entries of all values in the graph of a model, which say what each is made of.
pub(super) const GRAPH_INPUTS: usize = 1 << 20;
