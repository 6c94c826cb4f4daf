//! What a file holds: arrays by name, or columns.

use crate::error::SourceError;

/// Numbers in rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) shape: Vec<usize>,
    /// Row by row.
    pub(crate) values: Vec<f32>,
}

/// An array or a column of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// Its name; empty where a file holds one array without any.
    pub(crate) name: String,
    /// Its shape, rows first.
    pub(crate) shape: Vec<usize>,
    /// Whether it holds numbers.
    pub(crate) is_numeric: bool,
}

/// A file that features, or what is known of their rows, are read from.
pub(crate) trait Table {
    /// What there is.
    fn entries(&self) -> Vec<Entry>;

    /// Whether the features are columns that lie beside each other; else they are one array.
    fn has_columns(&self) -> bool;

    /// The numbers of an entry.
    fn numbers(&self, name: &str) -> Result<Matrix, SourceError>;

    /// The values of an entry as texts, one a row; empty where there is none.
    fn texts(&self, name: &str) -> Result<Vec<String>, SourceError>;
}
