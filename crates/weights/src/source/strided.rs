//! Windows on storages, as PyTorch stores tensors.

use super::pickle::StridedTensor;

/// The tensor's values in row-major order, or `None` when it reaches beyond its storage.
pub(super) fn gather(storage: &[f32], tensor: &StridedTensor) -> Option<Vec<f32>> {
    let mut last = tensor.offset;
    for (&size, &stride) in tensor.shape.iter().zip(&tensor.stride) {
        last = last.checked_add(size.checked_sub(1)?.checked_mul(stride)?)?;
    }
    if last >= storage.len() {
        return None;
    }
    if is_row_major(tensor) {
        return Some(storage[tensor.offset..=last].to_vec());
    }
    let mut indices = vec![tensor.offset];
    for (&size, &stride) in tensor.shape.iter().zip(&tensor.stride) {
        indices = indices
            .into_iter()
            .flat_map(|first| (0..size).map(move |step| first + step * stride))
            .collect();
    }
    Some(indices.into_iter().map(|index| storage[index]).collect())
}

/// Whether the values lie one after the other already: the common case, and that of large tensors.
fn is_row_major(tensor: &StridedTensor) -> bool {
    let mut expected = 1;
    let axes = tensor.shape.iter().zip(&tensor.stride).rev();
    for (&size, &stride) in axes.filter(|(size, _)| **size != 1) {
        if stride != expected {
            return false;
        }
        expected = stride * size;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(offset: usize, shape: &[usize], stride: &[usize]) -> StridedTensor {
        StridedTensor {
            data_type: "float32",
            storage: "0".into(),
            offset,
            shape: shape.to_vec(),
            stride: stride.to_vec(),
        }
    }

    #[test]
    fn strides_and_offset_are_respected() {
        let storage = [0., 1., 2., 3., 4., 5., 6.];
        let transposed = tensor(1, &[2, 3], &[1, 2]);
        assert_eq!(gather(&storage, &transposed).unwrap(), [1., 3., 5., 2., 4., 6.]);
        let rows = tensor(1, &[2, 1, 3], &[3, 7, 1]);
        assert_eq!(gather(&storage, &rows).unwrap(), [1., 2., 3., 4., 5., 6.]);
        let repeated = tensor(2, &[2, 2], &[0, 1]);
        assert_eq!(gather(&storage, &repeated).unwrap(), [2., 3., 2., 3.]);
    }

    #[test]
    fn a_window_beyond_the_storage_is_refused_however_it_gets_there() {
        let storage = [0.; 6];
        assert_eq!(gather(&storage, &tensor(1, &[6], &[1])), None);
        assert_eq!(gather(&storage, &tensor(0, &[2, 2], &[5, 1])), None);
        assert_eq!(gather(&storage, &tensor(0, &[3], &[usize::MAX])), None);
        assert_eq!(gather(&storage, &tensor(usize::MAX, &[2], &[1])), None);
    }
}
