//! Windows on storages, as PyTorch stores tensors.

use std::ops::Range;

use pickle::StridedTensor;

use super::limits::SPREAD;

/// The elements of its storage that a tensor's values lie within. `None` when there is no such storage.
pub(super) fn window(tensor: &StridedTensor) -> Option<Range<usize>> {
    let (mut last, mut count) = (tensor.offset, 1_usize);
    for (&size, &stride) in tensor.shape.iter().zip(&tensor.stride) {
        last = last.checked_add(size.checked_sub(1)?.checked_mul(stride)?)?;
        count = count.saturating_mul(size);
    }
    let window = tensor.offset..last.checked_add(1)?;
    let (times, more) = SPREAD;
    (window.len() <= count.saturating_mul(times).saturating_add(more)).then_some(window)
}

/// The tensor's values in row-major order, of the part of its storage within its [`window`]; `None` when
/// that is not there.
pub(super) fn gather(part: &[f32], tensor: &StridedTensor) -> Option<Vec<f32>> {
    let length = window(tensor)?.len();
    let part = part.get(..length)?;
    if is_row_major(tensor) {
        return Some(part.to_vec());
    }
    let mut indices = vec![0];
    for (&size, &stride) in tensor.shape.iter().zip(&tensor.stride) {
        indices = indices
            .into_iter()
            .flat_map(|first| (0..size).map(move |step| first + step * stride))
            .collect();
    }
    Some(indices.into_iter().map(|index| part[index]).collect())
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

    fn gathered(storage: &[f32], tensor: &StridedTensor) -> Option<Vec<f32>> {
        gather(storage.get(window(tensor)?)?, tensor)
    }

    #[test]
    fn strides_and_offset_are_respected() {
        let storage = [0., 1., 2., 3., 4., 5., 6.];
        let transposed = tensor(1, &[2, 3], &[1, 2]);
        assert_eq!(gathered(&storage, &transposed).unwrap(), [1., 3., 5., 2., 4., 6.]);
        let rows = tensor(1, &[2, 1, 3], &[3, 7, 1]);
        assert_eq!(gathered(&storage, &rows).unwrap(), [1., 2., 3., 4., 5., 6.]);
        let repeated = tensor(2, &[2, 2], &[0, 1]);
        assert_eq!(gathered(&storage, &repeated).unwrap(), [2., 3., 2., 3.]);
    }

    #[test]
    fn a_window_beyond_the_storage_is_refused_however_it_gets_there() {
        let storage = [0.; 6];
        assert_eq!(gathered(&storage, &tensor(1, &[6], &[1])), None);
        assert_eq!(gathered(&storage, &tensor(0, &[2, 2], &[5, 1])), None);
        assert_eq!(gathered(&storage, &tensor(0, &[3], &[usize::MAX])), None);
        assert_eq!(gathered(&storage, &tensor(usize::MAX, &[2], &[1])), None);
        assert_eq!(gathered(&storage, &tensor(usize::MAX, &[1], &[1])), None);
    }

    #[test]
    fn values_that_lie_far_apart_are_refused() {
        let (times, more) = SPREAD;
        let widest = 2 * times + more;
        assert_eq!(window(&tensor(7, &[2], &[widest - 1])), Some(7..7 + widest));
        assert_eq!(window(&tensor(7, &[2], &[widest])), None);
    }
}
