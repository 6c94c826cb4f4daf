//! Strings, in whatever way HDF5 stores them: of fixed length, padded with NUL or blanks, or of any length.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

use hdf5::types::TypeDescriptor;

/// Bytes of a string of any length in its dataset: its length, and where it lies in a heap.
const REFERENCE_BYTES: usize = 16;
/// Heaps are at least this long.
const HEAP_BYTES: u64 = 4096;

/// Bytes of an element of a dataset of strings; `None` for another type.
pub(super) fn element_bytes(descriptor: &TypeDescriptor) -> Option<usize> {
    match descriptor {
        TypeDescriptor::FixedAscii(width) | TypeDescriptor::FixedUnicode(width) => Some(*width),
        TypeDescriptor::VarLenAscii | TypeDescriptor::VarLenUnicode => Some(REFERENCE_BYTES),
        _ => None,
    }
}

/// Whether the bytes of a dataset hold its strings, and not only where they lie.
pub(super) fn are_inline(descriptor: &TypeDescriptor) -> bool {
    matches!(descriptor, TypeDescriptor::FixedAscii(_) | TypeDescriptor::FixedUnicode(_))
}

/// Strings of a fixed `width`. They are padded with blanks where none of them holds a NUL.
pub(super) fn inline(bytes: &[u8], width: usize) -> Result<Vec<String>, String> {
    let is_padded_with_blanks = !bytes.contains(&0);
    let string = |bytes: &[u8]| {
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(width);
        let string = utf8(&bytes[..end])?;
        Ok(if is_padded_with_blanks { string.trim_end_matches(' ').to_owned() } else { string })
    };
    bytes.chunks_exact(width).map(string).collect()
}

/// Strings in heaps, `total` bytes at most. `references` says where they are, from the byte `base` of the file on.
pub(super) fn in_heaps(
    file: &File,
    base: u64,
    references: &[u8],
    total: usize,
) -> Result<Vec<String>, String> {
    let (references, _) = references.as_chunks::<REFERENCE_BYTES>();
    let lengths = references.iter().map(|reference| number(&reference[..4]) as usize);
    if lengths.sum::<usize>() > total {
        return Err("holds strings that are longer than the file can be".to_owned());
    }
    let mut heaps = Heaps { file, base, known: HashMap::new() };
    let string = |reference: &[u8; REFERENCE_BYTES]| {
        let (length, address) = (number(&reference[..4]) as usize, number(&reference[4..12]));
        if length == 0 {
            return Ok(String::new());
        }
        let bytes = heaps.object(address, number(&reference[12..]) as u16);
        let bytes = bytes.filter(|bytes| bytes.len() >= length);
        let bytes = bytes.ok_or("holds a string that is not where it should be")?;
        let end = bytes[..length].iter().position(|&byte| byte == 0).unwrap_or(length);
        utf8(&bytes[..end])
    };
    references.iter().map(string).collect()
}

/// Global heaps (section III.E of the HDF5 File Format Specification 3.0), the one read last in memory.
struct Heaps<'a> {
    file: &'a File,
    base: u64,
    /// By address, the objects in it. One at a time: writers fill one after the other.
    known: HashMap<u64, HashMap<u16, Vec<u8>>>,
}

impl Heaps<'_> {
    /// An object; `None` when it is not there.
    fn object(&mut self, address: u64, index: u16) -> Option<&[u8]> {
        if !self.known.contains_key(&address) {
            let objects = self.read(address)?;
            self.known.clear();
            self.known.insert(address, objects);
        }
        self.known.get(&address)?.get(&index).map(Vec::as_slice)
    }

    fn read(&self, address: u64) -> Option<HashMap<u16, Vec<u8>>> {
        const HEADER: usize = 16;
        let offset = self.base.checked_add(address)?;
        let mut header = [0; HEADER];
        self.file.read_exact_at(&mut header, offset).ok()?;
        let n_bytes = number(&header[8..]);
        let file_len = self.file.metadata().ok()?.len();
        if !header.starts_with(b"GCOL\x01")
            || n_bytes < HEAP_BYTES
            || offset.checked_add(n_bytes)? > file_len
        {
            return None;
        }
        let mut bytes = vec![0; n_bytes as usize];
        self.file.read_exact_at(&mut bytes, offset).ok()?;
        let (mut objects, mut rest) = (HashMap::new(), &bytes[HEADER..]);
        // Object 0 is the space that is left.
        while let Some((header, after)) = rest.split_at_checked(HEADER) {
            let (index, length) = (number(&header[..2]) as u16, number(&header[8..]) as usize);
            if index == 0 {
                break;
            }
            objects.insert(index, after.get(..length)?.to_vec());
            rest = after.get(length.checked_next_multiple_of(8)?..)?;
        }
        Some(objects)
    }
}

fn number(bytes: &[u8]) -> u64 {
    let mut number = [0; 8];
    number[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(number)
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    let text = str::from_utf8(bytes).map_err(|_| "holds a string that is not UTF-8")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_padding_only_where_nothing_else_is() {
        assert_eq!(inline(b"ab  cde ", 4).unwrap(), ["ab", "cde"]);
        assert_eq!(inline(b"ab \0cd e", 4).unwrap(), ["ab ", "cd e"]);
        assert!(inline(b"\xff\xfe", 2).is_err());
    }
}
