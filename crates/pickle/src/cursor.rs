//! Reads the operands of instructions.

use super::error::PickleError;

/// Bytes of a line, which is the name of a module or of something in it.
const LINE: usize = 256;

/// A position in the bytes of a pickle.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The error for what was read last.
    pub(super) fn malformed(&self) -> PickleError {
        PickleError::Malformed { at: self.at }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], PickleError> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..length).ok_or(PickleError::Truncated)?;
        self.at += length;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, PickleError> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u32(&mut self) -> Result<u32, PickleError> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes were taken")))
    }

    /// A length of eight bytes, which memory may not have room for.
    pub(super) fn length(&mut self) -> Result<usize, PickleError> {
        let bytes = self.take(8)?;
        let length = u64::from_le_bytes(bytes.try_into().expect("eight bytes were taken"));
        usize::try_from(length).map_err(|_| PickleError::Truncated)
    }

    pub(super) fn text(&mut self, length: usize) -> Result<&'a str, PickleError> {
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| self.malformed())
    }

    /// A line up to and without its newline.
    pub(super) fn line(&mut self) -> Result<&'a str, PickleError> {
        let rest = &self.bytes[self.at..];
        match rest.iter().take(LINE).position(|&byte| byte == b'\n') {
            Some(length) => {
                let line = self.text(length)?;
                self.at += 1;
                Ok(line)
            }
            None if rest.len() < LINE => Err(PickleError::Truncated),
            None => Err(self.malformed()),
        }
    }
}
