//! Why a text is no table.

use std::io;

use thiserror::Error;

use crate::ROW_BYTES;
use crate::separator::Separator;

/// Why a text is no table, or not the one that is expected: a phrase that follows the name of its file.
#[derive(Debug, Error)]
pub enum TableError {
    /// The system cannot read it.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// Two bytes a character.
    #[error("is text in UTF-16, expected UTF-8")]
    Utf16,
    /// Bytes of another encoding.
    #[error("has bytes in line {line} that are no UTF-8")]
    NotUtf8 {
        /// Number of the line, from 1 on.
        line: u64,
    },
    /// A cell begins with a quote, and the file ends before the next one.
    #[error("has a quote in line {line} that is never closed")]
    UnclosedQuote {
        /// Number of the line where it opens, from 1 on.
        line: u64,
    },
    /// A quoted cell goes on behind its quotes.
    #[error("has `{found}` behind a closing quote in line {line}; it opens in line {opened}")]
    AfterQuote {
        /// Number of the line, from 1 on.
        line: u64,
        /// Number of the line where the cell begins.
        opened: u64,
        /// What stands there.
        found: char,
    },
    /// A row without end.
    #[error("has a row from line {line} on with more than {ROW_BYTES} bytes")]
    LongRow {
        /// Number of its first line, from 1 on.
        line: u64,
    },
    /// A row with more or fewer cells than there are columns.
    #[error("has {found} cells in line {line}, and {expected} columns")]
    Cells {
        /// Number of the line, from 1 on.
        line: u64,
        /// Cells of the row.
        found: usize,
        /// Columns of the table.
        expected: usize,
    },
    /// The first line can be read in several ways.
    #[error("has several signs that may separate its columns: {}", signs(.0))]
    Ambiguous(Vec<Separator>),
    /// Not a line.
    #[error("is empty")]
    Empty,
    /// There is no such column.
    #[error("has no column `{name}`; it has {}", names(there_are))]
    NoColumn {
        /// The name asked for.
        name: String,
        /// The columns that there are.
        there_are: Vec<String>,
    },
    /// Two columns have a name that is asked for.
    #[error("has two columns `{0}`")]
    Twice(String),
}

impl TableError {
    /// What to do about it, where the table alone tells.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Read(_) | Self::NoColumn { .. } | Self::Empty => None,
            Self::Utf16 => Some("convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"),
            Self::NotUtf8 { .. } => Some(
                "convert it, if it is the encoding of Windows: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW",
            ),
            Self::UnclosedQuote { .. } | Self::AfterQuote { .. } => Some(
                "a cell that begins with a quote ends with one, and quotes inside it are doubled",
            ),
            Self::LongRow { .. } => Some("is it a table at all?"),
            Self::Cells { .. } => Some("put cells in quotes that hold what separates the columns"),
            Self::Ambiguous(_) => Some("name the sign: separator=comma, semicolon, tab or bar"),
            Self::Twice(_) => Some("rename one of them"),
        }
    }
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn signs(signs: &[Separator]) -> String {
    signs.iter().map(Separator::to_string).collect::<Vec<_>>().join(", ")
}
