//! The fields of a message, as protocol buffers write them.

use crate::read::DamagedModel;

/// What stands in a field.
pub(crate) enum Value<'a> {
    Number(u64),
    Fixed32([u8; 4]),
    Fixed64,
    /// A text, a message, or numbers one behind the other.
    Bytes(&'a [u8]),
}

/// The fields of a message, each with its number, in the order of the file.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
    len: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(message: &'a [u8]) -> Self {
        Self { rest: message, len: message.len() }
    }

    /// Where the next field begins.
    pub(crate) fn offset(&self) -> usize {
        self.len - self.rest.len()
    }

    fn field(&mut self) -> Option<(u32, Value<'a>)> {
        let tag = u32::try_from(varint(&mut self.rest)?).ok()?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut self.rest)?),
            1 => {
                self.rest = self.rest.split_first_chunk::<8>()?.1;
                Value::Fixed64
            }
            2 => {
                let len = usize::try_from(varint(&mut self.rest)?).ok()?;
                let (bytes, rest) = self.rest.split_at_checked(len)?;
                self.rest = rest;
                Value::Bytes(bytes)
            }
            5 => {
                let (bytes, rest) = self.rest.split_first_chunk()?;
                self.rest = rest;
                Value::Fixed32(*bytes)
            }
            // Groups, which ONNX never had.
            _ => return None,
        };
        Some((tag >> 3, value)).filter(|(number, _)| *number > 0)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Value<'a>), DamagedModel>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let at = self.offset();
        let field = self.field();
        if field.is_none() {
            self.rest = &[];
        }
        Some(field.ok_or(DamagedModel { at }))
    }
}

/// The number that `bytes` begin with, seven bits a byte, which is taken off.
pub(crate) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
