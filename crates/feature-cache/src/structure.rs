//! The structure of the HDF5 file: its groups, the attributes of its root, and a contiguous place for the
//! rows of each dataset.
//!
//! It is written here, and not by the HDF5 library, because that library can crash the process when a disk
//! is full as it closes a file. Little of the HDF5 File Format Specification 3.0 is needed: a superblock
//! and object headers of version 2, groups that hold their links themselves, and contiguous datasets.
//! Sections below are those of the specification.

use std::collections::BTreeMap;

use hdf5::types::TypeDescriptor;

use crate::datasets::Dataset;
use crate::layout;

/// The address of what has no place.
const UNDEFINED: u64 = u64::MAX;
const SUPERBLOCK_BYTES: u64 = 48;
/// What every HDF5 file begins with.
pub(crate) const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";

/// The beginning of a file, and where the rows of its datasets go.
pub(crate) struct Structure {
    /// What the file begins with.
    pub(crate) bytes: Vec<u8>,
    /// Where the rows of each dataset begin. A dataset without any has no place.
    pub(crate) offsets: Vec<Option<u64>>,
    /// Length of the whole file.
    pub(crate) n_bytes: u64,
}

impl Structure {
    /// Gives each dataset its place, in the order given.
    ///
    /// # Panics
    /// When a path is not `/name` or `/group/name`.
    pub(crate) fn new(datasets: &[&Dataset<'_>]) -> Self {
        let mut groups: BTreeMap<&str, Vec<Link<'_>>> = BTreeMap::from([(ROOT, Vec::new())]);
        for (dataset, number) in datasets.iter().zip(0..) {
            let (group, name) = dataset.path.rsplit_once('/').expect("a path begins with `/`");
            groups.entry(group).or_default().push(Link { name, to: Object::Dataset(number) });
        }
        let names: Vec<&str> = groups.keys().skip(1).copied().collect();
        let to_groups = names.iter().zip(1..).map(|(path, number)| {
            let name = path.strip_prefix('/').filter(|name| !name.contains('/'));
            Link { name: name.expect("groups are in the root"), to: Object::Group(number) }
        });
        groups.entry(ROOT).or_default().extend(to_groups);
        let groups: Vec<Vec<Link<'_>>> = groups.into_values().collect();

        // The length of a header does not depend on the addresses in it.
        let mut addresses = Addresses {
            groups: vec![0; groups.len()],
            datasets: vec![0; datasets.len()],
            rows: vec![None; datasets.len()],
        };
        let mut end = SUPERBLOCK_BYTES;
        let mut lengths =
            headers(&groups, datasets, &addresses).into_iter().map(|header| header.len() as u64);
        for address in addresses.groups.iter_mut().chain(&mut addresses.datasets) {
            *address = end;
            end += lengths.next().expect("a header each");
        }
        for (dataset, rows) in datasets.iter().zip(&mut addresses.rows) {
            let n_bytes = dataset.n_bytes();
            if n_bytes > 0 {
                let alignment = if n_bytes < layout::ALIGNMENT { 8 } else { layout::ALIGNMENT };
                let offset = end.next_multiple_of(alignment);
                *rows = Some(offset);
                end = offset + n_bytes;
            }
        }
        let headers = headers(&groups, datasets, &addresses).concat();
        let bytes = [superblock(end, addresses.groups[0]), headers].concat();
        Self { bytes, offsets: addresses.rows, n_bytes: end }
    }
}

/// Path of the root group without its last `/`.
const ROOT: &str = "";

struct Link<'a> {
    name: &'a str,
    to: Object,
}

#[derive(Clone, Copy)]
enum Object {
    Group(usize),
    Dataset(usize),
}

struct Addresses {
    /// Of the header of each group, the root first.
    groups: Vec<u64>,
    /// Of the header of each dataset.
    datasets: Vec<u64>,
    /// Of the rows of each dataset.
    rows: Vec<Option<u64>>,
}

impl Addresses {
    fn of(&self, object: Object) -> u64 {
        match object {
            Object::Group(number) => self.groups[number],
            Object::Dataset(number) => self.datasets[number],
        }
    }
}

/// Section II.A, version 2.
fn superblock(end_of_file: u64, root: u64) -> Vec<u8> {
    let mut bytes = SIGNATURE.to_vec();
    // Version 2; addresses and lengths are of 8 bytes; the file is not open for writing.
    bytes.extend([2, 8, 8, 0]);
    for address in [0, UNDEFINED, end_of_file, root] {
        bytes.extend(address.to_le_bytes());
    }
    with_checksum(bytes)
}

/// The header of each object: the groups, the root first, and the datasets.
fn headers(
    groups: &[Vec<Link<'_>>],
    datasets: &[&Dataset<'_>],
    addresses: &Addresses,
) -> Vec<Vec<u8>> {
    let of_group = |(number, links): (usize, &Vec<Link<'_>>)| {
        let mut messages = group_messages(links, addresses);
        if number == 0 {
            messages.push(attribute_info());
            messages.extend(attributes());
        }
        object_header(&messages)
    };
    let of_dataset = |(dataset, rows): (&&Dataset<'_>, &Option<u64>)| {
        object_header(&dataset_messages(dataset, *rows))
    };
    let groups = groups.iter().enumerate().map(of_group);
    groups.chain(datasets.iter().zip(&addresses.rows).map(of_dataset)).collect()
}

/// A message in an object header: its type and its data.
type Message = (MessageType, Vec<u8>);

/// Section IV.A.2.
#[derive(Clone, Copy)]
enum MessageType {
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    FillValue = 0x05,
    Link = 0x06,
    Layout = 0x08,
    GroupInfo = 0x0A,
    Attribute = 0x0C,
    AttributeInfo = 0x15,
}

/// Section IV.A.1.b, version 2.
fn object_header(messages: &[Message]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, data) in messages {
        body.push(*kind as u8);
        body.extend(length_u16(data.len()));
        body.push(0);
        body.extend(data);
    }
    // Flags 2: the length of the messages takes four bytes, and nothing optional is there.
    let mut bytes = b"OHDR\x02\x02".to_vec();
    bytes.extend(u32::try_from(body.len()).expect("a header is short").to_le_bytes());
    bytes.extend(body);
    with_checksum(bytes)
}

fn group_messages(links: &[Link<'_>], addresses: &Addresses) -> Vec<Message> {
    // Neither a heap nor an index: the links are in the header.
    let info = [&[0, 0][..], &UNDEFINED.to_le_bytes(), &UNDEFINED.to_le_bytes()].concat();
    let mut messages = vec![(MessageType::LinkInfo, info), (MessageType::GroupInfo, vec![0, 0])];
    for link in links {
        // Version 1; flags: the name's length takes two bytes, its character set is told: UTF-8.
        let mut data = vec![1, 0x11, 1];
        data.extend(length_u16(link.name.len()));
        data.extend(link.name.as_bytes());
        data.extend(addresses.of(link.to).to_le_bytes());
        messages.push((MessageType::Link, data));
    }
    messages
}

fn dataset_messages(dataset: &Dataset<'_>, rows: Option<u64>) -> Vec<Message> {
    let address = rows.unwrap_or(UNDEFINED).to_le_bytes();
    // Version 3, contiguous.
    let layout = [&[3, 1][..], &address, &dataset.n_bytes().to_le_bytes()].concat();
    vec![
        (MessageType::Dataspace, dataspace(&dataset.shape)),
        (MessageType::Datatype, datatype(&dataset.element)),
        // Version 3: allocated early, never filled.
        (MessageType::FillValue, vec![3, 0b0101]),
        (MessageType::Layout, layout),
    ]
}

/// Attributes are counted only where this is: without it `h5repack` copies none.
fn attribute_info() -> Message {
    // Neither a heap nor an index: the attributes are in the header.
    let info = [&[0, 0][..], &UNDEFINED.to_le_bytes(), &UNDEFINED.to_le_bytes()].concat();
    (MessageType::AttributeInfo, info)
}

/// The attributes of the root.
fn attributes() -> [Message; 2] {
    let version = TypeDescriptor::Unsigned(hdf5::types::IntSize::U4);
    [
        attribute(
            "format",
            &TypeDescriptor::FixedUnicode(layout::FORMAT.len()),
            layout::FORMAT.as_bytes(),
        ),
        attribute("format_version", &version, &layout::FORMAT_VERSION.to_le_bytes()),
    ]
}

/// A single value.
fn attribute(name: &str, element: &TypeDescriptor, value: &[u8]) -> Message {
    let (name, element, space) =
        ([name.as_bytes(), b"\0"].concat(), datatype(element), dataspace(&[]));
    // Version 3; the name is ASCII.
    let mut data = vec![3, 0];
    for part in [&name, &element, &space] {
        data.extend(length_u16(part.len()));
    }
    data.push(0);
    for part in [&name[..], &element, &space, value] {
        data.extend(part);
    }
    (MessageType::Attribute, data)
}

/// Version 2, of fixed size; a scalar where the shape is empty.
fn dataspace(shape: &[usize]) -> Vec<u8> {
    let rank = u8::try_from(shape.len()).expect("few dimensions");
    let mut data = vec![2, rank, 0, u8::from(rank > 0)];
    for &n in shape {
        data.extend((n as u64).to_le_bytes());
    }
    data
}

/// Version 1, little-endian.
///
/// # Panics
/// For types that the format of caches does not have.
fn datatype(element: &TypeDescriptor) -> Vec<u8> {
    const VERSION: u8 = 1 << 4;
    const INTEGER: u8 = 0;
    const FLOAT: u8 = 1;
    const STRING: u8 = 3;
    let bits = (8 * element.size()) as u16;
    let (class, flags, properties) = match element {
        TypeDescriptor::Unsigned(_) => (INTEGER, [0, 0, 0], vec![]),
        TypeDescriptor::Integer(_) => (INTEGER, [0b1000, 0, 0], vec![]),
        TypeDescriptor::Float(_) => {
            // The leading bit of the mantissa is implied; the sign is the last bit.
            let (mantissa, exponent): (u8, u8) = match bits {
                16 => (10, 5),
                32 => (23, 8),
                _ => unreachable!("features are f16 or f32"),
            };
            let bias = (1_u32 << (exponent - 1)) - 1;
            let places = [&[mantissa, exponent, 0, mantissa][..], &bias.to_le_bytes()].concat();
            (FLOAT, [0x20, (bits - 1) as u8, 0], places)
        }
        // Padded with NUL, UTF-8.
        TypeDescriptor::FixedUnicode(_) => (STRING, [0x11, 0, 0], vec![]),
        other => unreachable!("the format has no {other}"),
    };
    let mut data = vec![VERSION | class];
    data.extend(flags);
    data.extend((element.size() as u32).to_le_bytes());
    if class != STRING {
        data.extend(0_u16.to_le_bytes()); // the first bit
        data.extend(bits.to_le_bytes());
    }
    data.extend(properties);
    data
}

fn length_u16(len: usize) -> [u8; 2] {
    u16::try_from(len).expect("names are short").to_le_bytes()
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = lookup3(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// Bob Jenkins' hash `lookup3` (`hashlittle`, 2006) from the initial value 0, the checksum of HDF5's
/// metadata.
fn lookup3(bytes: &[u8]) -> u32 {
    let start = 0xdead_beef_u32.wrapping_add(bytes.len() as u32);
    let [mut a, mut b, mut c] = [start; 3];
    let mut blocks = bytes.chunks(12).peekable();
    while let Some(block) = blocks.next() {
        let mut padded = [0; 12];
        padded[..block.len()].copy_from_slice(block);
        let word =
            |i: usize| u32::from_le_bytes(padded[4 * i..][..4].try_into().expect("four bytes"));
        a = a.wrapping_add(word(0));
        b = b.wrapping_add(word(1));
        c = c.wrapping_add(word(2));
        if blocks.peek().is_some() {
            for rotation in [4, 6, 8, 16, 19, 4] {
                a = a.wrapping_sub(c) ^ c.rotate_left(rotation);
                c = c.wrapping_add(b);
                (a, b, c) = (b, c, a);
            }
        } else {
            for rotation in [14, 11, 25, 16, 4, 14, 24] {
                c = (c ^ b).wrapping_sub(b.rotate_left(rotation));
                (a, b, c) = (b, c, a);
            }
            (a, b, c) = (c, a, b);
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that the author of the hash states in his source.
    #[test]
    fn checksums_are_those_of_lookup3() {
        assert_eq!(lookup3(b""), 0xdead_beef);
        assert_eq!(lookup3(b"Four score and seven years ago"), 0x1777_0551);
    }
}
