//! Tables in CSV files.

use std::io::{self, ErrorKind, Read};

use csv::{ReaderBuilder, StringRecord};

use crate::layout_error::LayoutError;
use crate::limits::ROW_BYTES;
use crate::published::Published;
use crate::store::ReadSeek;

/// A CSV file, read row by row.
pub(crate) struct Table<'a> {
    set: Published<'a>,
    name: String,
    expected: &'static str,
    headers: StringRecord,
    reader: csv::Reader<Rows>,
}

/// A row of a table.
pub(crate) struct Row {
    /// Number of its line, from 1 on.
    line: u64,
    record: StringRecord,
}

impl<'a> Table<'a> {
    /// Opens a file; its first row names the columns when `has_headers`.
    pub(crate) fn open(
        set: Published<'a>,
        name: &str,
        has_headers: bool,
        expected: &'static str,
    ) -> Result<Self, LayoutError> {
        let file = set.open(name, expected)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(has_headers)
            .flexible(!has_headers)
            .trim(csv::Trim::All)
            .from_reader(Rows { file, left: ROW_BYTES });
        let headers = if has_headers {
            reader
                .headers()
                .cloned()
                .map_err(|error| set.odd(name, format!("is no table: {error}")))?
        } else {
            StringRecord::new()
        };
        Ok(Self { set, name: name.to_owned(), expected, headers, reader })
    }

    /// Names of the columns.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|header| header.trim_start_matches('\u{feff}'))
    }

    /// Number of the column of this name.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.headers().position(|header| header == name)
    }

    /// As [`column`](Self::column), where a table without it is refused.
    pub(crate) fn require(&self, name: &str) -> Result<usize, LayoutError> {
        let there_are = || self.headers().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ");
        let missing = || self.odd(format!("has no column `{name}`; it has {}", there_are()));
        self.column(name).ok_or_else(missing)
    }

    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, LayoutError> {
        let mut record = StringRecord::new();
        self.reader.get_mut().left = ROW_BYTES;
        let is_row = self.reader.read_record(&mut record);
        let is_row = is_row.map_err(|error| self.odd(format!("is no table: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        Ok(is_row.then_some(Row { line, record }))
    }

    /// The error for a table that is wrong as a whole.
    pub(crate) fn odd(&self, problem: String) -> LayoutError {
        self.set.odd(&self.name, problem)
    }

    /// The error for a row that is not what it should be.
    pub(crate) fn odd_row(&self, row: &Row) -> LayoutError {
        let found = row.record.iter().collect::<Vec<_>>().join(",");
        self.set.odd_line(&self.name, row.line as usize, &found, self.expected)
    }
}

/// The bytes of a table, of which a row may have some: one that never ends fills the memory.
struct Rows {
    file: Box<dyn ReadSeek>,
    /// Bytes that may be read for the row that is under way.
    left: usize,
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.file.read(buffer)?;
        let problem = || format!("a row has more than {ROW_BYTES} bytes");
        let too_long = || io::Error::new(ErrorKind::FileTooLarge, problem());
        self.left = self.left.checked_sub(n_bytes).ok_or_else(too_long)?;
        Ok(n_bytes)
    }
}

impl Row {
    /// The cell in a column; empty where the row has none.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }
}
