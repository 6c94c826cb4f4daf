//! A named array of numbers, and all of a network's by name.

use std::collections::BTreeMap;

/// A dense array of `f32` in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Tensor {
    /// Joins a shape and as many values as it asks for.
    ///
    /// # Panics
    /// When `values.len()` is not the product of `shape`.
    pub fn new(shape: Vec<usize>, values: Vec<f32>) -> Self {
        assert_eq!(shape.iter().product::<usize>(), values.len(), "a value for each place");
        Self { shape, values }
    }

    /// The size of each dimension.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The values in row-major order.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Tensors by name, in the order in which they are hashed and stored.
pub type Tensors = BTreeMap<String, Tensor>;

/// Reads little-endian `f32`; bytes after the last whole value are left out.
pub fn f32_from_le_bytes(bytes: &[u8]) -> Vec<f32> {
    let (values, _) = bytes.as_chunks::<4>();
    values.iter().map(|value| f32::from_le_bytes(*value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_little_endian() {
        assert_eq!(f32_from_le_bytes(&[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]), [1.0, -2.0]);
    }
}
