//! Numbers of an array, whatever type they are stored in.

use super::MatError;
use super::element::Kind;

/// Array classes of numbers: double, single, and integers of 8 to 64 bits.
const NUMERIC_CLASSES: std::ops::RangeInclusive<u8> = 6..=15;
/// The flag of arrays with an imaginary part.
const COMPLEX: u8 = 0x08;

/// The `data` of the array called `name`, by its `flags`. Integers of 64 bits are rounded to f64.
pub(super) fn numbers(
    flags: &[u8],
    data: Result<(Kind, &[u8]), MatError>,
    big_endian: bool,
    name: &str,
) -> Result<Vec<f64>, MatError> {
    let mut flags = *flags.first_chunk::<4>().ok_or(MatError::Damaged)?;
    if big_endian {
        flags.reverse();
    }
    let not_numeric = || MatError::NotNumeric(name.to_owned());
    if !NUMERIC_CLASSES.contains(&flags[0]) || flags[1] & COMPLEX != 0 {
        return Err(not_numeric());
    }
    let (kind, data) = data?;
    let list = match kind {
        Kind::Int8 => list(data, big_endian, |bytes| i8::from_le_bytes(bytes).into()),
        Kind::UInt8 => list(data, big_endian, |bytes| u8::from_le_bytes(bytes).into()),
        Kind::Int16 => list(data, big_endian, |bytes| i16::from_le_bytes(bytes).into()),
        Kind::UInt16 => list(data, big_endian, |bytes| u16::from_le_bytes(bytes).into()),
        Kind::Int32 => list(data, big_endian, |bytes| i32::from_le_bytes(bytes).into()),
        Kind::UInt32 => list(data, big_endian, |bytes| u32::from_le_bytes(bytes).into()),
        Kind::Single => list(data, big_endian, |bytes| f32::from_le_bytes(bytes).into()),
        Kind::Double => list(data, big_endian, f64::from_le_bytes),
        Kind::Int64 => list(data, big_endian, |bytes| i64::from_le_bytes(bytes) as f64),
        Kind::UInt64 => list(data, big_endian, |bytes| u64::from_le_bytes(bytes) as f64),
        Kind::Matrix | Kind::Compressed | Kind::Other => return Err(not_numeric()),
    };
    list.ok_or(MatError::Damaged)
}

/// `None` when the last number is cut off.
fn list<const N: usize>(
    data: &[u8],
    big_endian: bool,
    number: impl Fn([u8; N]) -> f64,
) -> Option<Vec<f64>> {
    let (numbers, []) = data.as_chunks::<N>() else { return None };
    let in_order = |mut bytes: [u8; N]| {
        if big_endian {
            bytes.reverse();
        }
        number(bytes)
    };
    Some(numbers.iter().copied().map(in_order).collect())
}
