use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// The bytes of a TIFF file, with other values of some tags of its first directory.
pub(super) struct Relabelled<'a> {
    file: Cursor<&'a [u8]>,
    /// Places in the file, and what stands there instead.
    changes: Vec<(u64, [u8; 2])>,
}

/// Tags whose value is one short number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ShortTag {
    ImageLength = 257,
    BitsPerSample = 258,
    Photometric = 262,
    SamplesPerPixel = 277,
}

impl<'a> Relabelled<'a> {
    /// `file` with `values` in the places of what its tags say. A tag that is not there, or is no short
    /// number, stays as it is.
    pub(super) fn new(file: &'a [u8], values: &[(ShortTag, u16)]) -> Self {
        let places = Places::of(file);
        let change = |&(tag, value): &(ShortTag, u16)| {
            let bytes =
                if places.is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
            places.find(tag as u16).map(|place| (place, bytes))
        };
        let changes = values.iter().filter_map(change).collect();
        Self { file: Cursor::new(file), changes }
    }
}

impl Read for Relabelled<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let start = self.file.position();
        let n = self.file.read(into)?;
        for (place, bytes) in &self.changes {
            for (i, &byte) in bytes.iter().enumerate() {
                if let Some(offset) = (place + i as u64).checked_sub(start)
                    && offset < n as u64
                {
                    into[offset as usize] = byte;
                }
            }
        }
        Ok(n)
    }
}

impl Seek for Relabelled<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Where the entries of the first directory lie.
struct Places<'a> {
    file: &'a [u8],
    is_big_endian: bool,
    /// 8-byte offsets, as in BigTIFF.
    is_wide: bool,
    first: usize,
    n: usize,
}

impl<'a> Places<'a> {
    fn of(file: &'a [u8]) -> Self {
        let is_big_endian = file.starts_with(b"MM");
        let mut places = Self { file, is_big_endian, is_wide: false, first: 0, n: 0 };
        places.is_wide = places.number(2, 2) == Some(43);
        let (at, len) = if places.is_wide { (8, 8) } else { (4, 4) };
        let Some(directory) = places.number(at, len) else { return places };
        let len = if places.is_wide { 8 } else { 2 };
        let n = places.number(directory, len);
        places.n = n.unwrap_or(0).min(file.len());
        places.first = directory.saturating_add(len);
        places
    }

    /// Where the value of a tag stands that is one short number.
    fn find(&self, tag: u16) -> Option<u64> {
        const SHORT: usize = 3;
        let (entry_len, count_len) = if self.is_wide { (20, 8) } else { (12, 4) };
        let entries = (0..self.n).map(|i| self.first.saturating_add(i * entry_len));
        let mut entries = entries.take_while(|&entry| entry < self.file.len());
        let entry = entries.find(|&entry| self.number(entry, 2) == Some(tag.into()))?;
        let is_short =
            self.number(entry + 2, 2)? == SHORT && self.number(entry + 4, count_len)? == 1;
        is_short.then_some((entry + 4 + count_len) as u64)
    }

    /// The number of `len` bytes at a place.
    fn number(&self, at: usize, len: usize) -> Option<usize> {
        let bytes = self.file.get(at..at.checked_add(len)?)?;
        let digit = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
        let number = if self.is_big_endian {
            bytes.iter().fold(0, digit)
        } else {
            bytes.iter().rev().fold(0, digit)
        };
        usize::try_from(number).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes, read one by one.
    fn read(file: &[u8], values: &[(ShortTag, u16)]) -> Vec<u8> {
        let reader = io::BufReader::with_capacity(1, Relabelled::new(file, values));
        reader.bytes().collect::<io::Result<_>>().unwrap()
    }

    #[test]
    fn the_value_of_a_tag_is_another_and_everything_else_the_same() {
        for (file, expected) in [
            (
                &b"II*\0\x08\0\0\0\x02\0\x03\x01\x03\0\x01\0\0\0\x01\0\0\0\x06\x01\x03\0\x01\0\0\0\x03\0\0\0"[..],
                &b"II*\0\x08\0\0\0\x02\0\x03\x01\x03\0\x01\0\0\0\x01\0\0\0\x06\x01\x03\0\x01\0\0\0\x01\0\0\0"[..],
            ),
            (
                b"MM\0*\0\0\0\x08\0\x01\x01\x06\0\x03\0\0\0\x01\0\x03\0\0",
                b"MM\0*\0\0\0\x08\0\x01\x01\x06\0\x03\0\0\0\x01\0\x01\0\0",
            ),
        ] {
            assert_eq!(read(file, &[(ShortTag::Photometric, 1)]), expected);
            assert_eq!(read(file, &[(ShortTag::BitsPerSample, 1)]), file, "there is none");
        }
    }

    #[test]
    fn a_directory_beyond_the_file_is_none() {
        for file in [
            &b"II*\0\xFF\xFF\xFF\xFF"[..],
            b"II",
            b"",
            b"II+\0\x08\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        ] {
            assert_eq!(read(file, &[(ShortTag::Photometric, 1)]), file);
        }
    }
}
