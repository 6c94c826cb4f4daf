//! What to read: from a layout of images on disk to a [`Manifest`], the list of samples in the
//! order in which they will stand in the feature cache. No pixels are decoded here.
//!
//! ```no_run
//! let manifest = dataset::folder(std::path::Path::new("flowers"))?;
//! for sample in manifest.samples.iter() {
//!     println!("{} {:?}", manifest.file(sample).display(), sample.label);
//! }
//! # Ok::<(), dataset::FolderError>(())
//! ```
//!
//! The order is the byte order of [`Sample::path`]: the same on every machine and file system,
//! whatever order the system lists a folder in.

mod encoded_path;
mod error;
mod file_name;
mod folder;
mod manifest;
mod paths;
mod samples;
mod walk;

pub use error::FolderError;
pub use file_name::IMAGE_EXTENSIONS;
pub use folder::folder;
pub use manifest::{Manifest, Unreadable};
pub use samples::{Sample, Samples, Split};
