//! Datasets of HDF5 files, those of MATLAB from version 7.3 on among them.

use std::path::Path;

use feature_cache::{Hdf5File, Numbers};

use super::npy::rows_first;
use crate::error::SourceError;
use crate::table::{Entry, Matrix, Table};

/// An HDF5 file, and what is in it.
pub(crate) struct Hdf5 {
    file: Hdf5File,
    entries: Vec<Entry>,
}

pub(crate) fn open(path: &Path) -> Result<Hdf5, SourceError> {
    let file = Hdf5File::open(path)?;
    let entry = |(name, shape, is_numeric)| Entry { name, shape, is_numeric };
    let entries = file.datasets()?.into_iter().map(entry).collect();
    Ok(Hdf5 { file, entries })
}

impl Table for Hdf5 {
    fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    fn has_columns(&self) -> bool {
        false
    }

    fn numbers(&self, name: &str) -> Result<Matrix, SourceError> {
        let Numbers { shape, values, is_column_major } = self.file.numbers(name)?;
        let values = if is_column_major { rows_first(&values, &shape) } else { values };
        Ok(Matrix { shape, values })
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, SourceError> {
        Ok(self.file.texts(name)?)
    }
}
