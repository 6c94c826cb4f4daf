//! What to read: from a layout of images on disk to a [`Manifest`], the list of samples in the
//! order in which they will stand in the feature cache. No image file is decoded here; records of
//! files that hold nothing but pixels (MNIST, CIFAR) are read.
//!
//! ```no_run
//! let source: dataset::Source = "flowers102:swapped".parse()?;
//! let manifest = source.read(std::path::Path::new("flowers"))?;
//! for sample in manifest.samples.iter() {
//!     println!("{} {:?}", manifest.file(sample).display(), sample.label);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The order is the byte order of [`Sample::path`]: the same on every machine and file system,
//! whatever order the system lists a folder in. Archives are read as they are when unpacked; none is
//! unpacked here, and nothing is written.

mod bounding_box;
mod encoded_path;
mod error;
mod file_name;
mod folder;
mod gathering;
mod ground_truth;
mod layout_error;
mod layouts;
mod manifest;
mod mat;
mod numbered_path;
mod paths;
mod published;
mod record;
mod samples;
mod source;
mod source_options;
mod walk;

pub use bounding_box::{BoundingBox, Enlargement};
pub use error::FolderError;
pub use file_name::IMAGE_EXTENSIONS;
pub use folder::folder;
pub use ground_truth::{GroundTruth, Query, RetrievalProtocol};
pub use layout_error::LayoutError;
pub use manifest::{Manifest, Unreadable};
pub use record::{Record, RecordError, RecordPlace};
pub use samples::{Content, Sample, Samples, Split, content};
pub use source::Source;
pub use source_options::SourceError;
