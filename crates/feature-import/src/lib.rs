//! Features of one's own as a feature cache: a matrix out of a file of NumPy (`.npy`, `.npz`), an HDF5 file, a Parquet
//! or a CSV file, with labels, paths and splits out of the same file or of others beside it.
//!
//! Nothing is guessed: where a file holds several things that could be meant, the error lists them. Rows keep their
//! numbers as names where there are no paths, and are sorted by name, as rows of a cache are.
//!
//! # Examples
//!
//! ```
//! use feature_import::{ImportRequest, import};
//!
//! let folder = tempfile::tempdir()?;
//! let [table, cache] = ["birds.csv", "birds.h5"].map(|name| folder.path().join(name));
//! std::fs::write(&table, "file,species,f0,f1\nb.jpg,owl,0.5,1\na.jpg,jay,0,2.5\n")?;
//! let request = ImportRequest {
//!     labels: Some("species".to_owned()),
//!     paths: Some("file".to_owned()),
//!     ..ImportRequest::new(&table, &cache, "a network of mine")
//! };
//! let report = import(&request)?;
//! assert_eq!((report.n_samples, report.n_features), (2, 2));
//! let cache = feature_cache::Cache::open(&cache)?;
//! assert_eq!(cache.paths()?, ["a.jpg", "b.jpg"]);
//! assert_eq!(cache.classes(), ["jay", "owl"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assemble;
mod error;
mod import;
mod readers;
mod request;
mod side_file;
mod table;

pub use error::{ImportError, SourceError};
pub use import::{ImportReport, import};
pub use request::ImportRequest;

/// The program and its version, as caches name what made them.
const CREATED_BY: &str = concat!("fit ", env!("CARGO_PKG_VERSION"));
