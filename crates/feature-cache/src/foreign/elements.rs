//! Numbers of one type in the bytes of another, where no number changes.

use std::fmt;

use half::f16;
use hdf5::types::{FloatSize, IntSize, TypeDescriptor};
use hdf5::{Datatype, datatype::ByteOrder};

/// How a number lies in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    kind: Kind,
    size: usize,
    is_big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
    Float,
}

#[derive(Clone, Copy)]
enum Number {
    Integer(i128),
    Float(f64),
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Signed => "int",
            Kind::Unsigned => "uint",
            Kind::Float => "float",
        };
        write!(f, "{kind}{}", 8 * self.size)
    }
}

impl Element {
    /// The type of numbers in the file; `None` for what is no number.
    pub(super) fn of(datatype: &Datatype) -> Option<Self> {
        let little_endian = Self::described(&datatype.to_descriptor().ok()?)?;
        match datatype.byte_order() {
            ByteOrder::LittleEndian | ByteOrder::None => Some(little_endian),
            ByteOrder::BigEndian => Some(Self { is_big_endian: true, ..little_endian }),
            _ => None,
        }
    }

    /// The little-endian type of a description.
    pub(super) fn described(descriptor: &TypeDescriptor) -> Option<Self> {
        let of_integer = |size: &IntSize| *size as usize;
        let of_float = |size: &FloatSize| *size as usize;
        let (kind, size) = match descriptor {
            TypeDescriptor::Integer(size) => (Kind::Signed, of_integer(size)),
            TypeDescriptor::Unsigned(size) => (Kind::Unsigned, of_integer(size)),
            TypeDescriptor::Float(size) => (Kind::Float, of_float(size)),
            _ => return None,
        };
        Some(Self { kind, size, is_big_endian: false })
    }

    /// Bytes of a number.
    pub(super) fn size(self) -> usize {
        self.size
    }

    /// A number in single precision.
    pub(super) fn rounded(self, bytes: &[u8]) -> f32 {
        match self.read(bytes) {
            Number::Integer(integer) => integer as f32,
            Number::Float(float) => float as f32,
        }
    }

    /// A whole number; `None` for any other.
    pub(super) fn integer(self, bytes: &[u8]) -> Option<i128> {
        match self.read(bytes) {
            Number::Integer(integer) => Some(integer),
            Number::Float(float) => Some(float as i128).filter(|held| *held as f64 == float),
        }
    }

    fn read(self, bytes: &[u8]) -> Number {
        let mut value = [0; 8];
        value[..self.size].copy_from_slice(bytes);
        if self.is_big_endian {
            value[..self.size].reverse();
        }
        let unsigned = u64::from_le_bytes(value);
        match (self.kind, self.size) {
            (Kind::Float, 2) => Number::Float(f16::from_bits(unsigned as u16).to_f64()),
            (Kind::Float, 4) => Number::Float(f32::from_bits(unsigned as u32).into()),
            (Kind::Float, _) => Number::Float(f64::from_bits(unsigned)),
            (Kind::Unsigned, _) => Number::Integer(unsigned.into()),
            (Kind::Signed, size) => {
                let unused = 64 - 8 * size as u32;
                Number::Integer(((unsigned << unused) as i64 >> unused).into())
            }
        }
    }

    /// Writes a number as this type, little-endian; `None` when the type does not hold it.
    fn write(self, number: Number, bytes: &mut [u8]) -> Option<()> {
        let value = match self.kind {
            Kind::Float => self.float_bits(number)?,
            Kind::Signed | Kind::Unsigned => self.integer_bits(number)?,
        };
        bytes.copy_from_slice(&value.to_le_bytes()[..self.size]);
        Some(())
    }

    fn float_bits(self, number: Number) -> Option<u64> {
        let wanted = match number {
            Number::Float(wanted) => wanted,
            Number::Integer(integer) => {
                Some(integer as f64).filter(|float| *float as i128 == integer)?
            }
        };
        let (held, bits) = match self.size {
            2 => (f16::from_f64(wanted).to_f64(), f16::from_f64(wanted).to_bits().into()),
            4 => (f64::from(wanted as f32), (wanted as f32).to_bits().into()),
            _ => (wanted, wanted.to_bits()),
        };
        (held == wanted || wanted.is_nan()).then_some(bits)
    }

    fn integer_bits(self, number: Number) -> Option<u64> {
        let wanted = match number {
            Number::Integer(wanted) => wanted,
            Number::Float(float) => Some(float as i128).filter(|held| *held as f64 == float)?,
        };
        let n_bits = 8 * self.size as u32;
        let range = match self.kind {
            Kind::Signed => -(1_i128 << (n_bits - 1))..1 << (n_bits - 1),
            _ => 0..1 << n_bits,
        };
        range.contains(&wanted).then_some(wanted as u64)
    }
}

/// Writes the numbers in `from` to `to`, of other types. The error is about the first that the other type does
/// not hold.
pub(super) fn convert(
    (from, read_as): (&[u8], Element),
    (to, write_as): (&mut [u8], Element),
) -> Result<(), String> {
    if read_as == write_as {
        to.copy_from_slice(from);
        return Ok(());
    }
    for (from, to) in from.chunks_exact(read_as.size).zip(to.chunks_exact_mut(write_as.size)) {
        let number = read_as.read(from);
        write_as.write(number, to).ok_or_else(|| match number {
            Number::Integer(number) => format!("holds {number}, which is no {write_as}"),
            Number::Float(number) => format!("holds {number}, which is no {write_as}"),
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(kind: Kind, size: usize, is_big_endian: bool) -> Element {
        Element { kind, size, is_big_endian }
    }

    fn converted(from: &[u8], read_as: Element, write_as: Element) -> Result<Vec<u8>, String> {
        let mut to = vec![0; from.len() / read_as.size * write_as.size];
        convert((from, read_as), (&mut to, write_as)).map(|()| to)
    }

    #[test]
    fn numbers_keep_their_value_or_are_refused() {
        let i32_le = element(Kind::Signed, 4, false);
        let minus_one_be = (-1_i64).to_be_bytes();
        let from = element(Kind::Signed, 8, true);
        assert_eq!(converted(&minus_one_be, from, i32_le).unwrap(), (-1_i32).to_le_bytes());
        let large = (1_i64 << 31).to_be_bytes();
        assert_eq!(
            converted(&large, from, i32_le).unwrap_err(),
            "holds 2147483648, which is no int32"
        );
        let double = element(Kind::Float, 8, false);
        assert_eq!(converted(&3_f64.to_le_bytes(), double, i32_le).unwrap(), 3_i32.to_le_bytes());
        assert_eq!(
            converted(&2.5_f64.to_le_bytes(), double, i32_le).unwrap_err(),
            "holds 2.5, which is no int32"
        );
        assert!(converted(&f64::NAN.to_le_bytes(), double, i32_le).is_err());
        let single = element(Kind::Float, 4, false);
        let tenth = f64::from(0.1_f32).to_le_bytes();
        assert_eq!(converted(&tenth, double, single).unwrap(), 0.1_f32.to_le_bytes());
        assert_eq!(
            converted(&0.1_f64.to_le_bytes(), double, single).unwrap_err(),
            "holds 0.1, which is no float32"
        );
        let byte = element(Kind::Unsigned, 1, false);
        assert_eq!(converted(&200_i32.to_le_bytes(), i32_le, byte).unwrap(), [200]);
        assert_eq!(
            converted(&(-1_i32).to_le_bytes(), i32_le, byte).unwrap_err(),
            "holds -1, which is no uint8"
        );
    }
}
