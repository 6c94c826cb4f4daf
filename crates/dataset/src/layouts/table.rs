//! Tables in CSV files of a data set: errors name the file.

use table::{Format, Row, TableError};

use crate::layout_error::LayoutError;
use crate::published::Published;
use crate::store::ReadSeek;

/// A CSV file, read row by row.
pub(crate) struct Table<'a> {
    set: Published<'a>,
    name: String,
    expected: &'static str,
    table: table::Table<Box<dyn ReadSeek>>,
}

impl<'a> Table<'a> {
    /// Opens a file that has the columns that are `wanted`.
    pub(crate) fn open(
        set: Published<'a>,
        name: &str,
        format: &Format,
        wanted: &[&str],
        expected: &'static str,
    ) -> Result<Self, LayoutError> {
        let file = set.open(name, expected)?;
        let table = table::Table::open(file, format, wanted)
            .map_err(|error| not_read(set, name, &error))?;
        Ok(Self { set, name: name.to_owned(), expected, table })
    }

    /// As [`open`](Self::open), with numbers for the names of its columns.
    pub(crate) fn without_header(
        set: Published<'a>,
        name: &str,
        expected: &'static str,
    ) -> Result<Self, LayoutError> {
        let format = Format { no_header: true, ..Format::default() };
        Self::open(set, name, &format, &[], expected)
    }

    /// Its name below the folder of images.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What separates its columns.
    pub(crate) fn separator(&self) -> table::Separator {
        self.table.separator()
    }

    /// Names of the columns.
    pub(crate) fn columns(&self) -> &[String] {
        self.table.columns()
    }

    /// Number of the column of this name.
    pub(crate) fn column(&self, name: &str) -> Result<Option<usize>, LayoutError> {
        self.table.column(name).map_err(|error| not_read(self.set, &self.name, &error))
    }

    /// As [`column`](Self::column), where a table without it is refused.
    pub(crate) fn require(&self, name: &str) -> Result<usize, LayoutError> {
        self.table.require(name).map_err(|error| not_read(self.set, &self.name, &error))
    }

    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, LayoutError> {
        self.table.next().map_err(|error| not_read(self.set, &self.name, &error))
    }

    /// The error for a table that is wrong as a whole.
    pub(crate) fn odd(&self, problem: String) -> LayoutError {
        self.set.odd(&self.name, problem)
    }

    /// As [`odd`](Self::odd), with what to do about it.
    pub(crate) fn odd_with(&self, problem: String, hint: String) -> LayoutError {
        self.set.odd_with(&self.name, problem, hint)
    }

    /// The error for a row that is not what it should be.
    pub(crate) fn odd_row(&self, row: &Row) -> LayoutError {
        let found = row.cells().join(",");
        self.set.odd_line(&self.name, row.line as usize, &found, self.expected)
    }
}

/// The error for a file that is no such table.
fn not_read(set: Published<'_>, name: &str, error: &TableError) -> LayoutError {
    let hint = error.hint().unwrap_or(set.origin);
    set.odd_with(name, error.to_string(), hint.to_owned())
}
