//! The files that are read, a module each.

mod csv_file;
mod hdf5_file;
pub(crate) mod npy;
mod npz;
mod parquet_file;

use std::ffi::OsStr;
use std::path::Path;

use crate::error::{ImportError, SourceError};
use crate::table::Table;

/// Opens a file of any kind that is read, by the ending of its name.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Table>, ImportError> {
    let failed = |source| ImportError::Source { path: path.to_owned(), source };
    let ending = path.extension().map(OsStr::to_ascii_lowercase);
    let table: Result<Box<dyn Table>, SourceError> = match ending.as_ref().and_then(|e| e.to_str())
    {
        Some("npy") => npy::open(path).map(|table| Box::new(table) as _),
        Some("npz") => npz::open(path).map(|table| Box::new(table) as _),
        Some("h5" | "hdf5" | "hdf" | "mat") => {
            hdf5_file::open(path).map(|table| Box::new(table) as _)
        }
        Some("parquet" | "pq") => parquet_file::open(path).map(|table| Box::new(table) as _),
        Some("csv" | "tsv") => csv_file::open(path).map(|table| Box::new(table) as _),
        _ => return Err(ImportError::Kind(path.to_owned())),
    };
    table.map_err(failed)
}
