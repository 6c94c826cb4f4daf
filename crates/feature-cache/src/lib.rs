//! The feature cache: activations of a frozen network, one row an image, in one HDF5 file.
//!
//! # Examples
//!
//! Writing a cache of features that are in memory, and opening it:
//!
//! ```
//! use feature_cache::{Cache, Header, write};
//! use ndarray::array;
//! use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};
//!
//! let name = "block5_pool:gap".to_owned();
//! let header = Header {
//!     provenance: Provenance {
//!         backbone: "vgg16".to_owned(),
//!         weights: Weights { name: "vgg16-torchvision".to_owned(), digest: "89abcdef".to_owned() },
//!         taps: vec![name.clone()],
//!         preprocessing: serde_json::json!({ "name": "torchvision" }),
//!         views: "center".to_owned(),
//!         engine: "winograd".to_owned(),
//!         dtype: Dtype::F32,
//!     },
//!     classes: vec!["cat".to_owned(), "dog".to_owned()],
//!     created_by: "an example".to_owned(),
//!     taps: vec![Tap { name, n_views: 1, n_features: 3, dtype: Dtype::F32 }],
//!     shard: None,
//! };
//! let sample = |path: &str, label| Sample {
//!     path: path.to_owned(),
//!     content_hash: [label as u8; 32],
//!     size: 1000,
//!     mtime_ns: 0,
//!     label,
//!     split: Split::None,
//! };
//! let samples = [sample("cat/1.jpg", 0), sample("dog/1.jpg", 1)];
//! let features = array![[0.5, 0.0, 1.5], [0.25, 2.0, 0.0]];
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("photos.h5");
//! write(&path, &header, &samples, &[], &[features.view()])?;
//!
//! let cache = Cache::open(&path)?;
//! assert_eq!((cache.n_samples(), cache.labels()), (2, &[0, 1][..]));
//! assert_eq!(cache.paths()?, ["cat/1.jpg", "dog/1.jpg"]);
//! assert_eq!(cache.features("block5_pool:gap")?.view(), features);
//! assert!(feature_cache::verify(&cache)?.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Format 1
//!
//! The rest of this page is the specification. Any HDF5 reader opens such a file; nothing in it needs a
//! filter or a plug-in. All numbers are little-endian, all datasets contiguous.
//!
//! ```text
//! /                      attributes: format = "offshelf", format_version = 1
//! /features/<tap>        f32 or f16 [n_samples, n_features], or [n_samples, n_views, n_features] when a
//!                        sample has several views
//! /samples/path          string [n_samples], relative to the image root, `/` between parts;
//!                        bytes that are not UTF-8, and `%`, are percent-encoded; `#` and seven
//!                        digits follow where a file holds several samples
//! /samples/content_hash  u8 [n_samples, 32], BLAKE3 of the image file's bytes
//! /samples/size          u64 [n_samples], bytes in the image file
//! /samples/mtime         i64 [n_samples], nanoseconds since 1970 of its last modification
//! /samples/label         i32 [n_samples], index into /classes/name; -1 = unlabelled
//! /samples/split         u8 [n_samples]: 0 none, 1 train, 2 validation, 3 test
//! /samples/labels        i8 [n_samples, n_classes]: 1 present, -1 absent, 0 neither (difficult, or not
//!                        known); in multilabel data sets only
//! /samples/box           f32 [n_samples, 4]: x, y, width, height in pixels of the image, or four NaN;
//!                        in data sets with boxes only
//! /classes/name          string [n_classes]
//! /errors/path           string [n_errors]: images that could not be read,
//! /errors/reason         string [n_errors]: and why
//! /ground_truth          string [1]: the queries of a retrieval benchmark, as the JSON form of
//!                        [`GroundTruth`](schema::GroundTruth); in such data sets only
//! /source                string [1]: what the images were read from, and what was left out there, as the
//!                        JSON form of [`SourceRecord`](schema::SourceRecord); where a program of ours
//!                        extracted them
//! /provenance            string [1]: the JSON form of [`Provenance`](schema::Provenance)
//! /created_by            string [1]: program and version, for people
//! /shard                 u32 [2]: index from 1 on, and number of shards; only where the file holds one
//!                        part of the images
//! /checksums/name        string [n_datasets]: the path of every dataset above, sorted,
//! /checksums/blake3      u8 [n_datasets, 32]: and the BLAKE3 of its bytes
//! ```
//!
//! - A string is UTF-8 of a fixed length, that of the longest of its dataset, padded with NUL. (h5py reads
//!   it with `.asstr()`.)
//! - Where `/samples/labels` is, all of `/samples/label` is -1.
//! - `<tap>` is `layer:pooling`, such as `block5_pool:gap`. Every tap named in the provenance has
//!   its dataset, and there are no others.
//! - Rows of all datasets under `/features` and `/samples` correspond; their order is that of the
//!   manifest (`dataset` crate): sorted by path.
//! - A block of raw data of 4 KiB or more begins at a multiple of 4096 bytes in the file, so that
//!   features can be mapped into memory as they are.
//! - Features of another provenance never share a file, and a head fitted on one refuses the other.
//! - Where a sample is a record of a file of pixels (MNIST, CIFAR), its hash and size are those of the
//!   record as a binary Netpbm file: `P5` or `P6`, newline, width, blank, height, newline, `255`, newline,
//!   pixels.
//! - Where the provenance's views begin with `box, ` the features of a sample with a box are of the box
//!   only, and its hash is that of [`hash_boxed`].
//! - A checksum covers the bytes of a dataset as they lie in the file.
//! - Features that were imported have the backbone, engine and preprocessing `imported`; the name of their weights is
//!   what made them, in words, and its BLAKE3 their digest.
//!
//! Files that other programs stored in their own way (h5repack, h5py, MATLAB) are read from a copy: in chunks,
//! compressed with gzip or LZF, shuffled, behind a user block, with other types of numbers where each number is one
//! of the type above, with strings of any kind, with single texts as scalars, with any superblock. A checksum may
//! then cover the bytes in such a file, as they are without compression, or those that this program would write.
//! Other filters, compact, external and virtual datasets, and links other than hard ones are refused.
//!
//! A cache appears under its name only when it is whole: it is written beside, synced, and renamed.
//! A finished cache is never changed in place. The same images, provenance and labels give the same
//! bytes. While a run is under way, its work is a [`Partial`] folder beside the file.

mod annotations;
mod assemble;
mod body;
mod boxed_content;
mod checksums;
mod datasets;
mod encode;
mod error;
mod extents;
mod feature_set;
mod foreign;
mod hdf5_file;
mod header;
mod identity;
mod layout;
mod leaks;
mod lost_map;
mod mapped_rows;
mod merge;
mod note;
mod partial;
mod reader;
mod rows;
mod segment;
mod structure;
mod validate;
mod verify;
mod write_error;
mod writer;

pub use annotations::Annotations;
pub use boxed_content::hash_boxed;
pub use checksums::Checksums;
pub use error::{OpenError, ReadError};
pub use feature_set::FeatureSet;
pub use foreign::{Hdf5File, Numbers};
pub use header::Header;
pub use leaks::{Leak, LeakReport, SharedContents, leaks};
pub use lost_map::exit_when_a_cache_is_cut;
pub use merge::{MergeError, merge};
pub use note::when_a_cache_is_copied;
pub use partial::{DamagedSegment, Leftover, Partial, PartialError, SegmentLimits, SpaceEstimate};
pub use reader::Cache;
pub use rows::KnownRows;
pub use verify::{Finding, verify};
pub use write_error::WriteError;
pub use writer::{write, write_annotated};
