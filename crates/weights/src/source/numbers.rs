//! The types of numbers in which weights are published, and what becomes of them.

use half::{bf16, f16};

/// Floating-point numbers of a type that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Float {
    /// 16 bits of bfloat16.
    Bf16,
    /// 16 bits of IEEE 754.
    F16,
    /// 32 bits.
    F32,
    /// 64 bits.
    F64,
}

/// Values as a weight file has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Numbers {
    /// The values.
    pub(super) values: Vec<f32>,
    /// Whether any of them was rounded: only 64 bits do not fit into 32.
    pub(super) rounded: bool,
}

impl Float {
    /// The type by the name that NumPy and PyTorch have for it.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bfloat16" => Self::Bf16,
            "float16" => Self::F16,
            "float32" => Self::F32,
            "float64" => Self::F64,
            _ => return None,
        })
    }

    /// Bytes of a number.
    pub(super) const fn size(self) -> usize {
        match self {
            Self::Bf16 | Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Little-endian numbers; bytes after the last whole one are left out.
    pub(super) fn decode(self, bytes: &[u8]) -> Numbers {
        match self {
            Self::Bf16 => exact(bytes, |bytes| bf16::from_le_bytes(bytes).to_f32()),
            Self::F16 => exact(bytes, |bytes| f16::from_le_bytes(bytes).to_f32()),
            Self::F32 => exact(bytes, f32::from_le_bytes),
            Self::F64 => {
                let (values, _) = bytes.as_chunks();
                Numbers::rounded(values.iter().map(|&bytes| f64::from_le_bytes(bytes)))
            }
        }
    }
}

fn exact<const N: usize>(bytes: &[u8], decode: impl Fn([u8; N]) -> f32) -> Numbers {
    let (values, _) = bytes.as_chunks::<N>();
    Numbers::from(values.iter().map(|&bytes| decode(bytes)).collect::<Vec<_>>())
}

impl Numbers {
    /// Numbers of 64 bits, each to the nearest of 32; NaN stays NaN, and what is too large becomes infinite.
    pub(super) fn rounded(numbers: impl Iterator<Item = f64>) -> Self {
        let mut rounded = false;
        let values = numbers.map(|number| {
            let value = number as f32;
            rounded |= f64::from(value) != number && !number.is_nan();
            value
        });
        let values = values.collect();
        Self { values, rounded }
    }

    /// The same with other values that were made of these.
    pub(super) fn map(self, change: impl FnOnce(Vec<f32>) -> Vec<f32>) -> Self {
        Self { values: change(self.values), ..self }
    }
}

impl From<Vec<f32>> for Numbers {
    fn from(values: Vec<f32>) -> Self {
        Self { values, rounded: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_gives_the_same_number() {
        let bytes: [(&str, &[u8]); 4] = [
            ("bfloat16", &[0x20, 0xc0]),
            ("float16", &[0x00, 0xc1]),
            ("float32", &[0, 0, 0x20, 0xc0]),
            ("float64", &[0, 0, 0, 0, 0, 0, 4, 0xc0]),
        ];
        for (name, bytes) in bytes {
            let float = Float::named(name).unwrap();
            assert_eq!(float.size(), bytes.len());
            assert_eq!(float.decode(bytes), Numbers::from(vec![-2.5]), "{name}");
        }
        assert_eq!(Float::named("int64"), None);
    }

    #[test]
    fn only_what_does_not_fit_is_rounded() {
        let rounded = |number: f64| Numbers::rounded([number].into_iter()).rounded;
        assert_eq!([0.5, f64::INFINITY, f64::NAN].map(rounded), [false; 3]);
        assert_eq!([0.1, 1e300, 1e-300].map(rounded), [true; 3]);
    }
}
