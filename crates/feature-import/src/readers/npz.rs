//! Archives of arrays, as `numpy.savez` and `savez_compressed` write them.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;
use std::sync::Mutex;

use atomic_file::open_regular;
use zip::ZipArchive;

use super::npy::Npy;
use crate::error::SourceError;
use crate::table::{Entry, Matrix, Table};

/// Most bytes of an array. They are believed only as they are read.
const MOST_BYTES: u64 = 1 << 40;

/// An archive, with what its arrays are. Each is read when it is asked for.
pub(crate) struct Npz {
    archive: Mutex<ZipArchive<BufReader<File>>>,
    entries: Vec<Entry>,
}

pub(crate) fn open(path: &Path) -> Result<Npz, SourceError> {
    let mut archive = ZipArchive::new(BufReader::new(open_regular(path)?)).map_err(damaged)?;
    let names = archive.file_names().map(|name| name.map(Cow::into_owned));
    let names: Vec<String> = names.collect::<Result<_, _>>().map_err(damaged)?;
    let mut entries = Vec::new();
    for name in names {
        if let Some(key) = name.strip_suffix(".npy") {
            let array = read(&mut archive, key)?;
            entries.push(array.entry(key));
        }
    }
    Ok(Npz { archive: Mutex::new(archive), entries })
}

fn read(archive: &mut ZipArchive<BufReader<File>>, key: &str) -> Result<Npy, SourceError> {
    let file = archive.by_name(&format!("{key}.npy")).map_err(damaged)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Npy::parse(bytes).map_err(|error| SourceError::content(format!("`{key}`: {error}")))
}

fn damaged(error: zip::result::ZipError) -> SourceError {
    SourceError::content(format!("it is no archive of arrays that can be read: {error}"))
}

impl Npz {
    fn array(&self, name: &str) -> Result<Npy, SourceError> {
        read(&mut self.archive.lock().expect("no reader panics"), name)
    }
}

impl Table for Npz {
    fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    fn has_columns(&self) -> bool {
        false
    }

    fn numbers(&self, name: &str) -> Result<Matrix, SourceError> {
        self.array(name)?.matrix()
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, SourceError> {
        self.array(name)?.strings()
    }
}
