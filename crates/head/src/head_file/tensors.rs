//! The tensors of a head; see [`SavedHead`](super::SavedHead) for the names.

use heads::Head;
use ndarray::ArrayView;
use safetensors::Dtype;

/// A tensor as a file holds it.
pub(super) struct Tensor {
    pub(super) name: String,
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

impl Tensor {
    /// An f32 tensor.
    pub(super) fn new<D: ndarray::Dimension>(
        name: impl Into<String>,
        values: ArrayView<'_, f32, D>,
    ) -> Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { name: name.into(), dtype: Dtype::F32, shape: values.shape().to_vec(), bytes }
    }
}

/// The tensors of `head`, but for those of its transform.
pub(super) fn head_tensors(head: &Head) -> Vec<Tensor> {
    match head {
        Head::Linear(head) => {
            vec![Tensor::new("coef", head.coef()), Tensor::new("intercept", head.intercept())]
        }
        Head::OneVsOne(head) => vec![
            Tensor::new("pairs.coef", head.coef()),
            Tensor::new("pairs.intercept", head.intercept()),
        ],
        Head::Kernel(head) => {
            let bytes = head.gamma().to_le_bytes().to_vec();
            let name = "gamma".to_owned();
            vec![
                Tensor::new("support_vectors", head.support_vectors()),
                Tensor::new("dual_coef", head.dual_coef()),
                Tensor::new("intercept", head.intercept()),
                Tensor { name, dtype: Dtype::F64, shape: Vec::new(), bytes },
            ]
        }
        Head::Knn(head) => {
            let shape = vec![head.labels().len()];
            let bytes = head.labels().iter().flat_map(|&label| (label as i64).to_le_bytes());
            let (name, bytes) = ("training.labels".to_owned(), bytes.collect());
            vec![
                Tensor::new("training.features", head.rows()),
                Tensor { name, dtype: Dtype::I64, shape, bytes },
            ]
        }
        Head::Mlp(head) => {
            let arrays = head.arrays().into_iter();
            arrays.map(|(name, array)| Tensor::new(format!("layers.{name}"), array)).collect()
        }
    }
}
