//! Pretrained weights: where they come from, and how they become files of
//! [`backbone::weights`].
//!
//! Weights published in other formats are converted once: by name through the [`REGISTRY`] ([`fetch()`]),
//! or from a file at hand ([`convert()`]). Then they are found by name or path ([`resolve()`]). HTTP,
//! HDF5 and ONNX are read here and nowhere else.

mod cache_folder;
mod convert;
mod download;
mod entry;
mod fetch;
mod fetch_error;
mod file_digest;
mod first_use;
mod list;
mod pace;
mod python_package;
mod registry;
mod resolve;
mod settings;
mod source;
mod torchvision_files;
mod work_folder;

pub use cache_folder::{NoCacheFolder, cache_folder};
pub use convert::{ConvertError, ConvertRequest, Converted, convert};
pub use download::DownloadError;
pub use entry::{Entry, Pin, Source, Trust};
pub use fetch::{FetchEvent, Fetched, fetch, fetch_entry};
pub use fetch_error::{AttemptError, FetchError};
pub use first_use::RecordError;
pub use list::{Listing, State, list};
pub use pace::{Pace, TooSlow};
pub use python_package::PackageError;
pub use registry::{REGISTRY, UnknownName, entry};
pub use resolve::{ResolveError, resolve, resolve_in};
pub use settings::FetchSettings;
pub use source::{
    Classifier, Common, Format, Looks, Misfit, PickleError, SourceError, TorchError, Way,
};
