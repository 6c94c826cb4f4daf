//! What the first bytes of a file say of its encoding.

use std::io::{Cursor, Read};

use crate::ROW_BYTES;
use crate::error::TableError;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The first line of a text, and all of it, without its byte order mark.
pub(crate) struct Text<R> {
    pub(crate) first: Vec<u8>,
    pub(crate) all: std::io::Chain<Cursor<Vec<u8>>, R>,
}

impl<R: Read> Text<R> {
    /// Reads the first bytes, as many as a row may have.
    pub(crate) fn open(mut file: R) -> Result<Self, TableError> {
        let mut start = Vec::new();
        file.by_ref().take(ROW_BYTES as u64).read_to_end(&mut start)?;
        if is_utf16(&start) {
            return Err(TableError::Utf16);
        }
        if start.starts_with(BYTE_ORDER_MARK) {
            start.drain(..BYTE_ORDER_MARK.len());
        }
        let first = first_line(&start).to_vec();
        Ok(Self { first, all: Cursor::new(start).chain(file) })
    }
}

/// Whether a text begins with the byte order mark of UTF-16, or with a plain character that takes two bytes.
fn is_utf16(start: &[u8]) -> bool {
    matches!(start, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(start, [0, letter, ..] | [letter, 0, ..] if letter.is_ascii_graphic())
}

/// Everything before the first end of a line that is in no quotes, blank lines passed over.
fn first_line(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    let mut in_quotes = false;
    let end = text.iter().position(|byte| {
        in_quotes ^= *byte == b'"';
        !in_quotes && matches!(byte, b'\n' | b'\r')
    });
    &text[..end.unwrap_or(text.len())]
}
