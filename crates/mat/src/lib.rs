//! Numeric arrays of MATLAB files, version 5 (what `save` writes up to `-v7`, and SciPy's `savemat`).
//!
//! A header of 128 bytes, then elements: a tag with type and length, and data, padded to 8 bytes. An
//! element of type 15 is another element under zlib; one of type 14 is an array, which consists of
//! elements itself: flags, extents, name, numbers. Numbers may be stored in a smaller type than the
//! array's own. (MathWorks, "MAT-File Format", chapter 1.)

mod element;
mod numbers;

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::ZlibDecoder;
use thiserror::Error;

use self::element::{Elements, Kind};
use self::numbers::numbers;

/// Bytes of a MATLAB file that is read, and of all that its compressed arrays hold. The largest list of labels that
/// is published takes 65 kB; twelve times as much may be allocated for its numbers.
pub const MAX_BYTES: u64 = 16 << 20;

/// Names of other variables that an error tells.
const SHOWN: usize = 20;
/// Where the elements begin.
const HEADER: usize = 128;

/// Why a list of numbers cannot be read: a phrase that follows the name of the file.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum MatError {
    /// Some other file.
    #[error("is no MATLAB file of version 5")]
    NotMat,
    /// Version 7.3, which is HDF5 in truth.
    #[error("is a MATLAB file of version 7.3, expected version 5")]
    Version73,
    /// Cut off, or damaged.
    #[error("is damaged, or cut off")]
    Damaged,
    /// Arrays that are larger than any list of labels.
    #[error("holds arrays of more than {} MB", MAX_BYTES >> 20)]
    TooLarge,
    /// No such variable.
    #[error("has no variable `{name}`; it has {}", there_are.join(", "))]
    NoVariable {
        /// The variable asked for.
        name: String,
        /// The first arrays in the file.
        there_are: Vec<String>,
    },
    /// Something other than real numbers.
    #[error("has a variable `{0}` that is no array of real numbers")]
    NotNumeric(String),
    /// A number that is no index.
    #[error("has {value} in `{name}`, expected whole numbers from 1 on")]
    NotAnIndex {
        /// The variable.
        name: String,
        /// The number, as MATLAB would show it.
        value: String,
    },
}

/// The numbers of the variable `name`, column by column, which must be whole and from 1 on. The
/// bytes of the file are at most [`MAX_BYTES`].
///
/// # Errors
/// [`MatError`].
pub fn indices(file: &[u8], name: &str) -> Result<Vec<u32>, MatError> {
    let of_one = |value: f64| {
        let is_index = value.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&value);
        let odd = || MatError::NotAnIndex { name: name.to_owned(), value: value.to_string() };
        is_index.then_some(value as u32).ok_or_else(odd)
    };
    array(file, name)?.into_iter().map(of_one).collect()
}

fn array(file: &[u8], name: &str) -> Result<Vec<f64>, MatError> {
    let is_hdf5 = file.starts_with(b"MATLAB 7.3") || file.starts_with(b"\x89HDF");
    if is_hdf5 {
        return Err(MatError::Version73);
    }
    let header = file.get(..HEADER).ok_or(MatError::NotMat)?;
    let big_endian = match header[124..] {
        [0x00, 0x01, b'I', b'M'] => false,
        [0x01, 0x00, b'M', b'I'] => true,
        _ => return Err(MatError::NotMat),
    };
    let mut there_are = Vec::new();
    // Compressed arrays share what they may take, so that many of them take no time without end either.
    let mut left = MAX_BYTES;
    for element in Elements::new(&file[HEADER..], big_endian) {
        let (kind, data) = element?;
        let (kind, data) = match kind {
            Kind::Compressed => {
                let inner = inflate(data, left)?;
                left -= inner.len() as u64;
                let (kind, data) =
                    Elements::new(&inner, big_endian).next().ok_or(MatError::Damaged)??;
                (kind, Cow::Owned(data.to_vec()))
            }
            _ => (kind, Cow::Borrowed(data)),
        };
        if kind != Kind::Matrix {
            continue;
        }
        let mut parts = Elements::new(&data, big_endian);
        let mut part = || parts.next().ok_or(MatError::Damaged)?;
        let (_, flags) = part()?;
        let (_, _extents) = part()?;
        let found = String::from_utf8_lossy(part()?.1).into_owned();
        if found == name {
            return numbers(flags, part(), big_endian, name);
        }
        if there_are.len() < SHOWN {
            there_are.push(format!("`{found}`"));
        }
    }
    Err(MatError::NoVariable { name: name.to_owned(), there_are })
}

/// The bytes of a compressed element, of which there are at most `limit`.
fn inflate(data: &[u8], limit: u64) -> Result<Vec<u8>, MatError> {
    let mut inner = Vec::new();
    let mut decoder = ZlibDecoder::new(data).take(limit + 1);
    decoder.read_to_end(&mut inner).map_err(|_| MatError::Damaged)?;
    if inner.len() as u64 > limit { Err(MatError::TooLarge) } else { Ok(inner) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The class of double arrays, of 16-bit unsigned ones, and of text.
    const DOUBLE: u32 = 6;
    const UINT16: u32 = 11;
    const TEXT: u32 = 4;
    /// The flag of arrays with an imaginary part.
    const COMPLEX: u32 = 0x0800;

    fn word(number: u32, big_endian: bool) -> [u8; 4] {
        if big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    /// An element, padded.
    fn element(kind: u32, data: &[u8], big_endian: bool) -> Vec<u8> {
        let tag = [kind, data.len() as u32].map(|number| word(number, big_endian)).concat();
        let mut element = [&tag, data].concat();
        element.resize(element.len().next_multiple_of(8), 0);
        element
    }

    /// A file with the row `labels` of the array class and flags given, stored as `numbers`.
    fn file(flags: u32, numbers: &[u8], big_endian: bool) -> Vec<u8> {
        let extents = [1, 2].map(|extent| word(extent, big_endian)).concat();
        let array = [
            element(6, &[word(flags, big_endian), [0; 4]].concat(), big_endian),
            element(5, &extents, big_endian),
            element(1, b"labels", big_endian),
            numbers.to_vec(),
        ];
        let mut file = b"MATLAB 5.0 MAT-file".to_vec();
        file.resize(HEADER - 4, b' ');
        file.extend(if big_endian { b"\x01\x00MI" } else { b"\x00\x01IM" });
        file.extend(element(14, &array.concat(), big_endian));
        file
    }

    /// MATLAB itself stores doubles that are small whole numbers as bytes, in the tag when they fit.
    #[test]
    fn doubles_may_be_stored_as_bytes_in_the_tag() {
        for big_endian in [false, true] {
            let in_tag = [&word(2 << 16 | 2, big_endian)[..], &[7, 102, 0, 0]].concat();
            let file = file(DOUBLE, &in_tag, big_endian);
            assert_eq!(indices(&file, "labels"), Ok(vec![7, 102]));
        }
    }

    #[test]
    fn either_byte_order_is_read() {
        let little = element(4, &[7, 0, 232, 3], false);
        let big = element(4, &[0, 7, 3, 232], true);
        for file in [file(UINT16, &little, false), file(UINT16, &big, true)] {
            assert_eq!(indices(&file, "labels"), Ok(vec![7, 1000]));
        }
    }

    #[test]
    fn what_is_no_list_of_indices_is_told() {
        let numbers = element(2, &[7, 0], false);
        let error = |file: Vec<u8>, name| indices(&file, name).unwrap_err().to_string();
        let zero = error(file(DOUBLE, &numbers, false), "labels");
        assert_eq!(zero, "has 0 in `labels`, expected whole numbers from 1 on");
        for flags in [DOUBLE | COMPLEX, TEXT] {
            let message = error(file(flags, &numbers, false), "labels");
            assert_eq!(message, "has a variable `labels` that is no array of real numbers");
        }
        let missing = error(file(DOUBLE, &numbers, false), "trnid");
        assert_eq!(missing, "has no variable `trnid`; it has `labels`");
        let cut_off = error(file(UINT16, &element(4, &[7, 0, 1], false), false), "labels");
        assert_eq!(cut_off, "is damaged, or cut off");
        let mut hdf5 = b"MATLAB 7.3 MAT-file".to_vec();
        hdf5.resize(512, 0);
        let hdf5 = error(hdf5, "labels");
        assert_eq!(hdf5, "is a MATLAB file of version 7.3, expected version 5");
    }
}
