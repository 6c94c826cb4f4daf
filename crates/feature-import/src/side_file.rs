//! What is known of rows: in the file of the features, or beside it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use atomic_file::open_regular;

use crate::error::{ImportError, SourceError};
use crate::readers::npy;
use crate::table::Table;

/// The values called `name`, one a row: an entry of `table` (the file `source`), or those of a file of that name.
pub(crate) fn values(
    source: &Path,
    table: &dyn Table,
    name: &str,
) -> Result<Vec<String>, ImportError> {
    let entries = table.entries();
    if entries.iter().any(|entry| !entry.name.is_empty() && entry.name == name) {
        let failed = |error| ImportError::Source { path: source.to_owned(), source: error };
        return table.texts(name).map_err(failed);
    }
    let path = Path::new(name);
    if !path.exists() {
        let there_are = entries.into_iter().map(|entry| entry.name);
        let there_are = there_are.filter(|name| !name.is_empty()).collect();
        let (path, name) = (source.to_owned(), name.to_owned());
        return Err(ImportError::NoSuchName { path, name, there_are });
    }
    of_file(path).map_err(|error| ImportError::Source { path: path.to_owned(), source: error })
}

fn of_file(path: &Path) -> Result<Vec<String>, SourceError> {
    match path.extension().and_then(OsStr::to_str) {
        Some("npy") => npy::open(path)?.texts(""),
        Some("txt") => {
            drop(open_regular(path)?);
            let text = fs::read_to_string(path)?;
            Ok(text.lines().map(str::to_owned).collect())
        }
        _ => Err(SourceError::content("beside features, `.npy` and `.txt` files are read")),
    }
}
