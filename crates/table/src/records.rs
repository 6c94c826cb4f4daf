//! From bytes to rows of cells.

use std::io::{BufRead, BufReader, Read};

use crate::ROW_BYTES;
use crate::error::TableError;
use crate::separator::Separator;

/// Rows of cells, one by one.
pub(crate) struct Records<R> {
    bytes: BufReader<R>,
    separator: u8,
    /// Number of the line that is read next, from 1 on.
    line: u64,
    /// Bytes that the row under way may still have.
    left: usize,
    /// Whether the last byte was a CR: an LF behind it ends no other line.
    after_cr: bool,
}

/// A row of cells.
pub(crate) struct Record {
    /// Number of its first line.
    pub(crate) line: u64,
    /// Without spaces around those that are not quoted.
    pub(crate) cells: Vec<String>,
}

/// What ends a cell.
#[derive(PartialEq, Eq)]
enum End {
    Cell,
    Line,
    File,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(text: R, separator: Separator) -> Self {
        let bytes = BufReader::new(text);
        Self { bytes, separator: separator.byte(), line: 1, left: ROW_BYTES, after_cr: false }
    }

    /// The next row that is not blank.
    pub(crate) fn next(&mut self) -> Result<Option<Record>, TableError> {
        loop {
            self.left = ROW_BYTES;
            let (line, mut cells) = (self.line, Vec::new());
            let end = loop {
                let (cell, end) = self.cell(line)?;
                cells.push(cell);
                if end != End::Cell {
                    break end;
                }
            };
            let is_blank = cells == [""];
            match end {
                End::File if is_blank => return Ok(None),
                _ if is_blank => {}
                _ => return Ok(Some(Record { line, cells })),
            }
        }
    }

    /// A cell of the row that begins in line `row`, and what ends it.
    fn cell(&mut self, row: u64) -> Result<(String, End), TableError> {
        let line = self.line;
        let mut text = Vec::new();
        let end = loop {
            match self.byte()? {
                _ if self.left == 0 => return Err(TableError::LongRow { line: row }),
                Some(byte) if byte == self.separator => break End::Cell,
                Some(b'\n') => break End::Line,
                None => break End::File,
                Some(b'"') if text.trim_ascii().is_empty() => return self.quoted(line),
                Some(byte) => text.push(byte),
            }
        };
        let text = String::from_utf8(text).map_err(|_| TableError::NotUtf8 { line })?;
        Ok((text.trim().to_owned(), end))
    }

    /// The rest of a cell whose quote opened in line `opened`, and what ends it.
    fn quoted(&mut self, opened: u64) -> Result<(String, End), TableError> {
        let mut text = Vec::new();
        let end = loop {
            match self.byte()? {
                None => return Err(TableError::UnclosedQuote { line: opened }),
                Some(_) if self.left == 0 => {
                    return Err(TableError::UnclosedQuote { line: opened });
                }
                Some(b'"') if self.peek()? == Some(b'"') => {
                    self.byte()?;
                    text.push(b'"');
                }
                Some(b'"') => break self.end_of_quoted(opened)?,
                Some(byte) => text.push(byte),
            }
        };
        let text = String::from_utf8(text).map_err(|_| TableError::NotUtf8 { line: opened })?;
        Ok((text, end))
    }

    /// What ends a cell behind its closing quote: spaces may stand before it.
    fn end_of_quoted(&mut self, opened: u64) -> Result<End, TableError> {
        loop {
            let line = self.line;
            match self.byte()? {
                Some(byte) if byte == self.separator => return Ok(End::Cell),
                Some(b'\n') => return Ok(End::Line),
                None => return Ok(End::File),
                Some(b' ') if self.left > 0 => {}
                Some(byte) => {
                    let found = char::from(byte);
                    return Err(TableError::AfterQuote { line, opened, found });
                }
            }
        }
    }

    /// The next byte, where every end of a line is an LF.
    fn byte(&mut self) -> Result<Option<u8>, TableError> {
        let mut byte = self.peek()?;
        if self.after_cr && byte == Some(b'\n') {
            self.bytes.consume(1);
            byte = self.peek()?;
        }
        self.bytes.consume(usize::from(byte.is_some()));
        self.left = self.left.saturating_sub(1);
        self.after_cr = byte == Some(b'\r');
        if matches!(byte, Some(b'\r' | b'\n')) {
            self.line += 1;
            return Ok(Some(b'\n'));
        }
        Ok(byte)
    }

    fn peek(&mut self) -> Result<Option<u8>, TableError> {
        Ok(self.bytes.fill_buf()?.first().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(text.as_bytes(), Separator::Comma);
        std::iter::from_fn(|| records.next().unwrap()).map(|r| (r.line, r.cells)).collect()
    }

    #[test]
    fn lines_end_in_any_way_and_quotes_hold_everything() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a , b", "", "\"c, \"\"d\"\"\" ,e\"f", "   ", "\"g", "h\",", "i,j"];
            let rows = rows(&text.join(end));
            let cells = [["a", "b"], ["c, \"d\"", "e\"f"], ["g\nh", ""], ["i", "j"]];
            let expected: Vec<_> = [1, 3, 5, 7]
                .into_iter()
                .zip(cells.map(|row| row.map(str::to_owned).to_vec()))
                .collect();
            assert_eq!(rows, expected, "{end:?}");
        }
        assert!(rows("").is_empty() && rows("\n\r\n \n").is_empty());
    }

    #[test]
    fn quotes_that_are_not_closed_are_named_by_line() {
        let error = |text: &str| {
            let mut records = Records::new(text.as_bytes(), Separator::Comma);
            loop {
                match records.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("{text} is read"),
                    Err(error) => break error.to_string(),
                }
            }
        };
        assert_eq!(error("a\n\"b,c\nd,e\n"), "has a quote in line 2 that is never closed");
        let words = "has `c` behind a closing quote in line 3; it opens in line 2";
        assert_eq!(error("a\n\"b\n\"c,d\n"), words);
        let long = format!("a\n\"{}\",b\n", "x".repeat(ROW_BYTES));
        assert_eq!(error(&long), "has a quote in line 2 that is never closed");
        let words = "has a row from line 2 on with more than 1048576 bytes";
        assert_eq!(error(&format!("a\n{}\n", "x".repeat(ROW_BYTES))), words);
        assert_eq!(error(&format!("a\n{}\n", "x,".repeat(ROW_BYTES))), words);
    }
}
