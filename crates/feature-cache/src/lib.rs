//! The feature cache: activations of a frozen network, one row an image, in one HDF5 file.
//!
//! This page is the specification of **format 1** and **format 2**. Any HDF5 reader opens such a file; nothing in
//! it needs a filter or a plug-in. All numbers are little-endian.
//!
//! ```text
//! /                      attributes: format = "offshelf", format_version, created_by,
//!                        provenance (JSON), complete = 1 (written last)
//!                        shard, such as "2/4", when it holds one part of the images only
//! /features/<tap>        f32 or f16 [n_samples, n_features], or [n_samples, n_views, n_features] when a
//!                        sample has several views; contiguous
//! /samples/path          UTF-8 string [n_samples], relative to the image root, `/` between parts;
//!                        bytes that are not UTF-8, and `%`, are percent-encoded; `#` and seven
//!                        digits follow where a file holds several samples
//! /samples/content_hash  u8 [n_samples, 32], BLAKE3 of the image file's bytes
//! /samples/size          u64 [n_samples], bytes in the image file
//! /samples/mtime         i64 [n_samples], nanoseconds since 1970 of its last modification
//! /samples/label         i32 [n_samples], index into /classes/name; -1 = unlabelled
//! /samples/split         u8 [n_samples]: 0 none, 1 train, 2 validation, 3 test
//! /samples/labels        format 2: i8 [n_samples, n_classes]: 1 present, -1 absent, 0 neither (difficult,
//!                        or not known), in data sets of several labels a sample
//! /samples/box           format 2: f32 [n_samples, 4]: x, y, width, height in pixels of the image, or
//!                        four NaN, in data sets with boxes
//! /ground_truth          format 2: UTF-8 string [1]: the queries of a retrieval benchmark, as the JSON
//!                        form of [`GroundTruth`]
//! /classes/name          UTF-8 string [n_classes]
//! /errors/path           UTF-8 string [n_errors]: images that could not be read,
//! /errors/reason         UTF-8 string [n_errors]: and why
//! /checksums/name        UTF-8 string [n_datasets]: the path of every dataset above, sorted,
//! /checksums/blake3      u8 [n_datasets, 32]: and the BLAKE3 of its contents
//! ```
//!
//! - Format 2 is format 1 with at least one of the datasets that are marked so. A file without them is
//!   written as format 1, so that the same contents are the same bytes as ever. Where `/samples/labels`
//!   is, all of `/samples/label` is -1.
//! - `<tap>` is `layer:pooling`, such as `block5_pool:gap`. Every tap named in the provenance has
//!   its dataset, and there are no others.
//! - Rows of all datasets under `/features` and `/samples` correspond; their order is that of the
//!   manifest (`dataset` crate): sorted by path.
//! - A block of raw data of 4 KiB or more begins at a multiple of 4096 bytes in the file, so that
//!   features can be mapped into memory as they are.
//! - `provenance` is the JSON form of [`Provenance`]. Features of another provenance never share a
//!   file, and a head fitted on one refuses the other.
//! - Where a sample is a record of a file of pixels (MNIST, CIFAR), its hash and size are those of the
//!   record as a binary Netpbm file: `P5` or `P6`, newline, width, blank, height, newline, `255`, newline,
//!   pixels.
//! - Where the provenance's views begin with `box, ` the features of a sample with a box are of the box
//!   only, and its hash is that of [`hash_boxed`].
//! - A checksum covers a numeric dataset's little-endian bytes in row order; of a string dataset,
//!   each string followed by one NUL byte.
//!
//! A cache appears under its name only when it is whole: it is written beside, synced, and renamed.
//! A finished cache is never changed in place. The same images, provenance and labels give the same
//! bytes. While a run is under way, its work is a [`Partial`] folder beside the file.

mod annotations;
mod assemble;
mod body;
mod boxed_content;
mod checksum;
mod encode;
mod error;
mod feature_set;
mod ground_truth;
mod layout;
mod merge;
mod partial;
mod provenance;
mod reader;
mod rows;
mod sample;
mod segment;
mod strings;
mod validate;
mod verify;
mod writer;

pub use annotations::Annotations;
pub use boxed_content::{boxed_views, hash_boxed, unboxed_views, views_are_boxed};
pub use error::{OpenError, ReadError};
pub use feature_set::FeatureSet;
pub use ground_truth::{GroundTruth, Query, RetrievalProtocol};
pub use merge::{MergeError, merge};
pub use partial::{DamagedSegment, Outlook, Partial, PartialError, SegmentLimits};
pub use provenance::{Difference, Dtype, Provenance, TapProvenance, Weights};
pub use reader::Cache;
pub use rows::KnownRows;
pub use sample::{Sample, Shard, ShardError, Split, Tap, UnreadableImage};
pub use strings::StringDamage;
pub use verify::{Finding, verify};
pub use writer::{Header, WriteError, write, write_annotated};
