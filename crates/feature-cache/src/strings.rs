//! Strings of an HDF5 file, read without HDF5.
//!
//! HDF5 keeps them in global heaps, the one part of a file's metadata that has no checksum, and
//! believes what is there: on a heap with a zeroed record it never returns, it allocates whatever a
//! reference says, and it gives bytes for text that are no UTF-8. Here nothing is believed.
//! The layout is that of the HDF5 file format specification, version 3 and 4: superblock (II.A),
//! object header (IV.A), attribute message (IV.A.2.m), global heap (III.E).
#![expect(unsafe_code, reason = "memory-mapping a file is unsafe; see the safety comment below")]

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use memmap2::{Mmap, UncheckedAdvice};

/// Bytes in a reference to a string: its length, the address of a heap, and an index there.
const REFERENCE: usize = 16;

/// Why strings cannot be read: a phrase that follows their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StringDamage(&'static str);

const HEADER: StringDamage = StringDamage("lies in a file with a damaged header");
const REFERENCES: StringDamage = StringDamage("is not whole and contiguous in the file");
const HEAP: StringDamage = StringDamage("refers to a damaged heap");
const OBJECT: StringDamage = StringDamage("refers to a string that is not there");
const UTF8: StringDamage = StringDamage("holds a string that is not UTF-8");
const TOO_LONG: StringDamage = StringDamage("holds more text than the file");

/// The file, mapped into memory.
pub(crate) struct StringFile(Mmap);

impl StringFile {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the map is read-only. A finished cache is never modified in place: writers
        // rename a new file over it, which leaves this one's contents alone while it is mapped.
        Ok(Self(unsafe { Mmap::map(&file)? }))
    }

    /// Strings of a contiguous dataset whose references begin at `offset`. The pages that were
    /// touched are given back: read piece by piece, a long list is never in memory as a whole.
    pub(crate) fn read(
        &self,
        offset: u64,
        rows: Range<usize>,
    ) -> Result<Vec<String>, StringDamage> {
        let strings = self.strings(offset, rows);
        // SAFETY: nothing but a read-only map of a file that does not change is dropped, and what
        // is asked for again comes from the file again. Refused, it only takes memory.
        let _ = unsafe { self.0.unchecked_advise(UncheckedAdvice::DontNeed) };
        strings
    }

    fn strings(&self, offset: u64, rows: Range<usize>) -> Result<Vec<String>, StringDamage> {
        let start = rows.start.checked_mul(REFERENCE).ok_or(REFERENCES)?;
        let start = offset.checked_add(start as u64).ok_or(REFERENCES)?;
        let len = rows.len().checked_mul(REFERENCE).ok_or(REFERENCES)?;
        let references = self.bytes(start, len as u64).ok_or(REFERENCES)?;
        let mut strings = Vec::with_capacity(rows.len());
        let mut heap = None;
        let mut n_bytes = 0_usize;
        for reference in references.as_chunks().0 {
            let string = self.resolve(reference, &mut heap)?;
            // Each object belongs to one reference; without this, one may serve millions.
            n_bytes = n_bytes.saturating_add(string.len());
            if n_bytes > self.0.len() {
                return Err(TOO_LONG);
            }
            strings.push(string.to_owned());
        }
        Ok(strings)
    }

    /// A scalar string attribute of the root group, which HDF5 has found to be one.
    pub(crate) fn root_attribute(&self, name: &str) -> Result<String, StringDamage> {
        let reference = self.root_attribute_data(name).ok_or(HEADER)?;
        let string = self.resolve(reference, &mut None)?;
        Ok(string.to_owned())
    }

    /// The string of a reference. `heap` is the last heap used: neighbours share one.
    fn resolve<'a>(
        &'a self,
        reference: &[u8; REFERENCE],
        heap: &mut Option<Heap<'a>>,
    ) -> Result<&'a str, StringDamage> {
        let len = u32_at(reference, 0).ok_or(REFERENCES)? as usize;
        let address = u64_at(reference, 4).ok_or(REFERENCES)?;
        let index = u32_at(reference, 12).ok_or(REFERENCES)? as usize;
        if len == 0 {
            return Ok("");
        }
        let heap = match heap.take_if(|heap| heap.address == address) {
            Some(same) => heap.insert(same),
            None => heap.insert(self.heap(address).ok_or(HEAP)?),
        };
        let object = heap.objects.get(index).copied().flatten().ok_or(OBJECT)?;
        let text = str::from_utf8(object.get(..len).ok_or(OBJECT)?).map_err(|_| UTF8)?;
        // HDF5, too, ends a string at its first NUL.
        Ok(text.split('\0').next().unwrap_or_default())
    }

    fn heap(&self, address: u64) -> Option<Heap<'_>> {
        let size = u64_at(self.bytes(address, 16)?, 8)?;
        let bytes = self.bytes(address, size)?;
        if !bytes.starts_with(b"GCOL\x01") {
            return None;
        }
        let mut objects = Vec::new();
        let mut at = 16;
        // What is left over is shorter than a record, or a record of index 0.
        while let Some(index) = u16_at(bytes, at).filter(|&index| index != 0) {
            let (index, start) = (usize::from(index), at + 16);
            let end = start.checked_add(u64_at(bytes, at + 8)?.try_into().ok()?)?;
            let object = bytes.get(start..end)?;
            // Indices count up; without this, a short file may ask for 65,536 of them.
            if index > bytes.len() / 16 {
                return None;
            }
            objects.resize(objects.len().max(index + 1), None);
            objects[index] = Some(object);
            at = end.checked_next_multiple_of(8)?;
        }
        Some(Heap { address, objects })
    }

    /// The reference that is the value of an attribute. HDF5 has verified the header's checksums.
    fn root_attribute_data(&self, name: &str) -> Option<&[u8; REFERENCE]> {
        let superblock = self.bytes(0, 48)?;
        let [version, size_of_offsets, size_of_lengths] = *superblock.get(8..11)?.as_array()?;
        if !matches!(version, 2 | 3) || size_of_offsets != 8 || size_of_lengths != 8 {
            return None;
        }
        let root = u64_at(superblock, 36)?;
        let prefix = self.bytes(root, 6)?;
        if !prefix.starts_with(b"OHDR\x02") {
            return None;
        }
        let flags = prefix[5];
        let times = if flags & 0x20 == 0 { 0 } else { 16 };
        let phase_change = if flags & 0x10 == 0 { 0 } else { 4 };
        let width = 1 << (flags & 3);
        let sizes = root + 6 + times + phase_change;
        let mut size = [0; 8];
        size[..width].copy_from_slice(self.bytes(sizes, width as u64)?);
        let first = self.bytes(sizes + width as u64, u64::from_le_bytes(size))?;

        // Blocks of messages; each continuation is met once, so that a circle of them ends.
        let message_header = if flags & 4 == 0 { 4 } else { 6 };
        let mut blocks = vec![first];
        let mut n_bytes = 0;
        while let Some(mut block) = blocks.pop() {
            n_bytes += block.len();
            if n_bytes > self.0.len() {
                return None;
            }
            while block.len() >= message_header {
                let (kind, size) = (block[0], usize::from(u16_at(block, 1)?));
                let message = block.get(message_header..message_header + size)?;
                block = &block[message_header + size..];
                match kind {
                    ATTRIBUTE if attribute_name(message)? == name.as_bytes() => {
                        return message.last_chunk();
                    }
                    CONTINUATION => {
                        let chunk = self.bytes(u64_at(message, 0)?, u64_at(message, 8)?)?;
                        blocks.push(chunk.strip_prefix(b"OCHK")?.split_last_chunk::<4>()?.0);
                    }
                    _ => {}
                }
            }
        }
        None
    }

    fn bytes(&self, start: u64, len: u64) -> Option<&[u8]> {
        let end = start.checked_add(len)?;
        self.0.get(start.try_into().ok()?..end.try_into().ok()?)
    }
}

/// A global heap: the objects by their index.
struct Heap<'a> {
    address: u64,
    objects: Vec<Option<&'a [u8]>>,
}

/// Types of object header messages.
const ATTRIBUTE: u8 = 0x0c;
const CONTINUATION: u8 = 0x10;

/// The name in an attribute message of version 3, without its NUL.
fn attribute_name(message: &[u8]) -> Option<&[u8]> {
    if message.first() != Some(&3) {
        return None;
    }
    let len = usize::from(u16_at(message, 2)?);
    message.get(9..9 + len)?.strip_suffix(b"\0")
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|&bytes| u16::from_le_bytes(bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|&bytes| u32::from_le_bytes(bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|&bytes| u64::from_le_bytes(bytes))
}
