//! What the first bytes of a file say of its encoding.

use std::io::{Cursor, Read};

use crate::ROW_BYTES;
use crate::error::TableError;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How files begin that people take for tables, and what they are.
const PACKED: [(&[u8], &str); 4] = [
    (b"\x1f\x8b", "packed with gzip"),
    (b"PK\x03\x04", "a spreadsheet or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet"),
    (b"PAR1", "a Parquet file"),
];

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
        let packed = PACKED.iter().find(|(bytes, _)| start.starts_with(bytes));
        if let Some((_, what)) = packed {
            return Err(TableError::NoText(what));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_in_utf_8_is_told_by_its_first_bytes() {
        let refused =
            |bytes: &[u8]| Text::open(bytes).map(|text| text.first).unwrap_err().to_string();
        for utf16 in [b"\xff\xfep\0a\0", b"\xfe\xff\0p\0a", b"p\0a\0t\0"] {
            assert_eq!(refused(utf16), "is text in UTF-16, expected UTF-8");
        }
        // What pandas writes to `a.csv.gz` and `a.csv.zip`.
        let gzip = refused(b"\x1f\x8b\x08\0and so on");
        assert_eq!(gzip, "is no text: it is packed with gzip");
        let zip = refused(b"PK\x03\x04and so on");
        assert_eq!(zip, "is no text: it is a spreadsheet or another zip archive");
    }
}
