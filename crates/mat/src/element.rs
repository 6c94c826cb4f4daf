//! The elements of a MATLAB file, one behind the other.

use super::MatError;

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Single,
    Double,
    Int64,
    UInt64,
    Matrix,
    Compressed,
    /// Text, or a type that no list of numbers has.
    Other,
}

impl Kind {
    fn of(code: u32) -> Self {
        match code {
            1 => Self::Int8,
            2 => Self::UInt8,
            3 => Self::Int16,
            4 => Self::UInt16,
            5 => Self::Int32,
            6 => Self::UInt32,
            7 => Self::Single,
            9 => Self::Double,
            12 => Self::Int64,
            13 => Self::UInt64,
            14 => Self::Matrix,
            15 => Self::Compressed,
            _ => Self::Other,
        }
    }
}

/// The elements in some bytes.
pub(super) struct Elements<'a> {
    rest: &'a [u8],
    big_endian: bool,
}

impl<'a> Elements<'a> {
    pub(super) fn new(bytes: &'a [u8], big_endian: bool) -> Self {
        Self { rest: bytes, big_endian }
    }

    fn number(&self, at: usize) -> Option<u32> {
        let bytes = *self.rest.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn element(&mut self) -> Option<(Kind, &'a [u8])> {
        let tag = self.number(0)?;
        // Up to four bytes of data may stand in the tag itself, with their number in its upper half.
        let (kind, start, len): (u32, usize, usize) = match tag >> 16 {
            0 => (tag, 8, self.number(4)? as usize),
            len @ 1..=4 => (tag & 0xffff, 4, len as usize),
            _ => return None,
        };
        let data = self.rest.get(start..start.checked_add(len)?)?;
        let kind = Kind::of(kind);
        let end = start + len;
        // Compressed elements are not padded, and the last one need not be.
        let end = if kind == Kind::Compressed { end } else { end.next_multiple_of(8) };
        self.rest = self.rest.get(end..).unwrap_or_default();
        Some((kind, data))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<(Kind, &'a [u8]), MatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let element = self.element();
        if element.is_none() {
            self.rest = &[];
        }
        Some(element.ok_or(MatError::Damaged))
    }
}
