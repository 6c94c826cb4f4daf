//! The feature cache: activations of a frozen network, one row an image, in one HDF5 file.
//!
//! This page is the specification of **format 1**. Any HDF5 reader opens such a file; nothing in
//! it needs a filter or a plug-in. All numbers are little-endian.
//!
//! ```text
//! /                      attributes: format = "offshelf", format_version = 1, created_by,
//!                        provenance (JSON), complete = 1 (written last)
//! /features/<tap>        f32 [n_samples, n_features], or [n_samples, n_views, n_features] when a
//!                        sample has several views; contiguous
//! /samples/path          UTF-8 string [n_samples], relative to the image root, `/` between parts;
//!                        bytes that are not UTF-8, and `%`, are percent-encoded
//! /samples/content_hash  u8 [n_samples, 32], BLAKE3 of the image file's bytes
//! /samples/size          u64 [n_samples], bytes in the image file
//! /samples/mtime         i64 [n_samples], nanoseconds since 1970 of its last modification
//! /samples/label         i32 [n_samples], index into /classes/name; -1 = unlabelled
//! /samples/split         u8 [n_samples]: 0 none, 1 train, 2 validation, 3 test
//! /classes/name          UTF-8 string [n_classes]
//! /errors/path           UTF-8 string [n_errors]: images that could not be read,
//! /errors/reason         UTF-8 string [n_errors]: and why
//! /checksums/name        UTF-8 string [n_datasets]: the path of every dataset above, sorted,
//! /checksums/blake3      u8 [n_datasets, 32]: and the BLAKE3 of its contents
//! ```
//!
//! - `<tap>` is `layer:pooling`, such as `block5_pool:gap`. Every tap named in the provenance has
//!   its dataset, and there are no others.
//! - Rows of all datasets under `/features` and `/samples` correspond; their order is that of the
//!   manifest (`dataset` crate): sorted by path.
//! - A block of raw data of 4 KiB or more begins at a multiple of 4096 bytes in the file, so that
//!   features can be mapped into memory as they are.
//! - `provenance` is the JSON form of [`Provenance`]. Features of another provenance never share a
//!   file, and a head fitted on one refuses the other.
//! - A checksum covers a numeric dataset's little-endian bytes in row order; of a string dataset,
//!   each string followed by one NUL byte.
//!
//! A cache appears under its name only when it is whole: [`CacheWriter`] writes beside it, syncs,
//! and renames. A finished cache is never changed in place. The same images, provenance and labels
//! give the same bytes.

mod body;
mod checksum;
mod feature_set;
mod layout;
mod provenance;
mod reader;
mod sample;
mod spool;
mod validate;
mod writer;

pub use feature_set::FeatureSet;
pub use provenance::{Difference, Dtype, Provenance, TapProvenance, Weights};
pub use reader::{Cache, OpenError, ReadError};
pub use sample::{Sample, Split, Tap, UnreadableImage};
pub use writer::{CacheWriter, Header, WriteError};
