//! A table with named columns.

use std::io::{Chain, Cursor, Read};

use crate::error::TableError;
use crate::records::{Record, Records};
use crate::separator::Separator;
use crate::text::Text;

/// How a table is written, as far as it does not show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    /// What separates its columns; the first line shows it where nothing is said.
    pub separator: Option<Separator>,
    /// The first line is a row like the others, and columns are called by their number, from 1 on.
    pub no_header: bool,
}

/// A table, read row by row.
pub struct Table<R> {
    records: Records<Chain<Cursor<Vec<u8>>, R>>,
    columns: Vec<String>,
    separator: Separator,
    /// A row that was read to count the columns.
    first: Option<Record>,
}

/// A row of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Number of its first line, from 1 on.
    pub line: u64,
    cells: Vec<String>,
}

impl<R: Read> Table<R> {
    /// Opens the table in `file`, which has the columns that are `wanted`: this tells what separates them. It is
    /// not refused when it has them not, so that the caller can say so in its own words.
    ///
    /// # Errors
    /// [`TableError`] for a file that cannot be read, whose encoding is not UTF-8, that is empty, or whose first
    /// line can be read in several ways.
    pub fn open(file: R, format: &Format, wanted: &[&str]) -> Result<Self, TableError> {
        let Text { first, all } = Text::open(file)?;
        let wanted = if format.no_header { &[] } else { wanted };
        let separator = match format.separator {
            Some(separator) => separator,
            None => Separator::of(&first, wanted)?,
        };
        let mut records = Records::new(all, separator);
        let header = records.next()?.ok_or(TableError::Empty)?;
        let (columns, first) = if format.no_header {
            ((1..=header.cells.len()).map(|number| number.to_string()).collect(), Some(header))
        } else {
            (header.cells, None)
        };
        Ok(Self { records, columns, separator, first })
    }

    /// What separates its columns.
    pub fn separator(&self) -> Separator {
        self.separator
    }

    /// Names of the columns; pandas gives none to the column of its index.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of the column of this name.
    ///
    /// # Errors
    /// [`TableError::Twice`].
    pub fn column(&self, name: &str) -> Result<Option<usize>, TableError> {
        let mut found = self.columns.iter().enumerate().filter(|(_, column)| *column == name);
        let column = found.next().map(|(column, _)| column);
        match found.next() {
            None => Ok(column),
            Some(_) => Err(TableError::Twice(name.to_owned())),
        }
    }

    /// As [`column`](Self::column), where a table without it is refused.
    ///
    /// # Errors
    /// [`TableError::NoColumn`], [`TableError::Twice`].
    pub fn require(&self, name: &str) -> Result<usize, TableError> {
        let (name, there_are) = (name.to_owned(), self.columns.clone());
        self.column(&name)?.ok_or(TableError::NoColumn { name, there_are })
    }

    /// The next row, which has a cell for each column.
    ///
    /// # Errors
    /// [`TableError`] with the line that is at fault.
    #[expect(clippy::should_implement_trait, reason = "an iterator would go on behind an error")]
    pub fn next(&mut self) -> Result<Option<Row>, TableError> {
        let record = match self.first.take() {
            Some(first) => Some(first),
            None => self.records.next()?,
        };
        let Some(Record { line, cells }) = record else { return Ok(None) };
        let (found, expected) = (cells.len(), self.columns.len());
        if found != expected {
            return Err(TableError::Cells { line, found, expected });
        }
        Ok(Some(Row { line, cells }))
    }
}

impl Row {
    /// The cell in a column of the table that the row is of.
    pub fn cell(&self, column: usize) -> &str {
        &self.cells[column]
    }

    /// All cells.
    pub fn cells(&self) -> &[String] {
        &self.cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_two_columns_is_refused_where_it_is_asked_for() {
        let table = Table::open(&b"a,b,a\n1,2,3\n"[..], &Format::default(), &[]).unwrap();
        assert_eq!(table.column("b").unwrap(), Some(1));
        assert_eq!(table.column("a").unwrap_err().to_string(), "has two columns `a`");
        let missing = table.require("c").unwrap_err().to_string();
        assert_eq!(missing, "has no column `c`; it has `a`, `b`, `a`");
    }
}
