//! One number for a set of tensors, whatever file they lie in. Defined in [`super`].

use super::tensor::Tensors;

/// The digest of `tensors` as 64 lowercase hexadecimal digits.
pub(super) fn digest(tensors: &Tensors) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut bytes = Vec::new();
    for (name, tensor) in tensors {
        bytes.clear();
        bytes.extend_from_slice(&(name.len() as u64).to_le_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&(tensor.shape().len() as u64).to_le_bytes());
        for &dimension in tensor.shape() {
            bytes.extend_from_slice(&(dimension as u64).to_le_bytes());
        }
        for value in tensor.values() {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        hasher.update(&bytes);
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Tensor;

    fn tensors(name: &str, shape: &[usize], values: &[f32]) -> Tensors {
        Tensors::from([(name.to_owned(), Tensor::new(shape.to_vec(), values.to_vec()))])
    }

    #[test]
    fn name_shape_and_values_all_count() {
        let reference = digest(&tensors("a", &[2, 1], &[1.0, 2.0]));
        assert_eq!(reference, digest(&tensors("a", &[2, 1], &[1.0, 2.0])));
        assert_ne!(reference, digest(&tensors("b", &[2, 1], &[1.0, 2.0])));
        assert_ne!(reference, digest(&tensors("a", &[1, 2], &[1.0, 2.0])));
        assert_ne!(reference, digest(&tensors("a", &[2, 1], &[1.0, 2.5])));
    }

    #[test]
    fn the_bytes_hashed_are_those_of_the_specification() {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0, b'a']);
        bytes.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&[0, 0, 0x80, 0x3f]);
        assert_eq!(digest(&tensors("a", &[1], &[1.0])), blake3::hash(&bytes).to_hex().to_string());
    }
}
