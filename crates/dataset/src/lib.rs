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
//! whatever order the system lists a folder in. Archives must have been unpacked, and nothing is written.

mod copies;
mod enlargement;
mod error;
mod file_name;
mod first_bytes;
mod folder;
mod gathering;
mod image_files;
mod layout_error;
mod layouts;
mod limits;
mod manifest;
mod numbered_path;
mod packed;
mod paths;
mod published;
mod record;
mod samples;
mod source;
mod source_options;
mod store;

use schema::encoded_path;

pub use enlargement::Enlargement;
pub use error::{FolderError, PossibleReading};
pub use file_name::IMAGE_EXTENSIONS;
pub use folder::folder;
pub use folders::{Choice, ChoiceError, ClassDepth, FolderOptions, SplitFolders};
pub use image_files::image_files;
pub use layout_error::LayoutError;
pub use manifest::Manifest;
pub use record::{Record, RecordError, RecordFiles, RecordPlace};
pub use samples::{Content, Sample, Samples, content};
pub use source::Source;
pub use source_options::SourceError;
