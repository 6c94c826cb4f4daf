//! The tensors of a head file, checked one by one.

use std::path::Path;

use ndarray::{Array, Array1, Array2, IntoDimension};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::LoadError;

/// The tensors of a head file.
pub(super) struct TensorFile<'a> {
    pub(super) path: &'a Path,
    pub(super) tensors: SafeTensors<'a>,
}

impl TensorFile<'_> {
    /// Shape and finite numbers of an f32 tensor.
    pub(super) fn numbers(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), LoadError> {
        let tensor = self.tensor(name, Dtype::F32)?;
        let (words, _) = tensor.data().as_chunks::<4>();
        let numbers: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(LoadError::NotFinite { path: self.path.to_owned(), name: name.to_owned() });
        }
        Ok((tensor.shape().to_vec(), numbers))
    }

    /// An f32 tensor of `rows` rows.
    pub(super) fn matrix_of_rows(&self, name: &str, rows: usize) -> Result<Array2<f32>, LoadError> {
        match self.numbers(name)? {
            (shape, numbers) if shape.len() == 2 && shape[0] == rows => {
                self.array(name, &shape, (rows, shape[1]), numbers)
            }
            (shape, _) => Err(self.misshapen(name, format!("[{rows}, n_features]"), shape)),
        }
    }

    /// An f32 tensor of two dimensions.
    pub(super) fn matrix(&self, name: &str) -> Result<Array2<f32>, LoadError> {
        match self.numbers(name)? {
            (shape, numbers) if shape.len() == 2 => {
                self.array(name, &shape, (shape[0], shape[1]), numbers)
            }
            (shape, _) => Err(self.misshapen(name, "two dimensions".to_owned(), shape)),
        }
    }

    /// The one finite number of an f64 tensor.
    pub(super) fn scalar(&self, name: &str) -> Result<f64, LoadError> {
        let tensor = self.tensor(name, Dtype::F64)?;
        match tensor.data().as_chunks::<8>() {
            ([word], _) => Ok(f64::from_le_bytes(*word)),
            _ => Err(self.misshapen(name, "[]".to_owned(), tensor.shape().to_vec())),
        }
    }

    /// An i64 tensor of classes, each below `n_classes`.
    pub(super) fn labels(&self, name: &str, n_classes: usize) -> Result<Vec<usize>, LoadError> {
        let tensor = self.tensor(name, Dtype::I64)?;
        let (words, _) = tensor.data().as_chunks::<8>();
        let label = |&word: &[u8; 8]| {
            let label = usize::try_from(i64::from_le_bytes(word)).ok();
            label.filter(|&label| label < n_classes)
        };
        let no_class = || LoadError::Label { path: self.path.to_owned(), name: name.to_owned() };
        words.iter().map(label).collect::<Option<_>>().ok_or_else(no_class)
    }

    fn tensor(&self, name: &str, expected: Dtype) -> Result<TensorView<'_>, LoadError> {
        let (path, name) = (self.path.to_owned(), name.to_owned());
        let Ok(tensor) = self.tensors.tensor(&name) else {
            return Err(LoadError::MissingTensor { path, name });
        };
        if tensor.dtype() != expected {
            return Err(LoadError::TensorType { path, name, expected, got: tensor.dtype() });
        }
        Ok(tensor)
    }

    /// An f32 tensor of `len` numbers.
    pub(super) fn vector(&self, name: &str, len: usize) -> Result<Array1<f32>, LoadError> {
        match self.numbers(name)? {
            (shape, numbers) if shape == [len] => Ok(numbers.into()),
            (shape, _) => Err(self.misshapen(name, format!("[{len}]"), shape)),
        }
    }

    /// The numbers as an array. Even where there are none, the sizes may be beyond all bounds.
    pub(super) fn array<S: IntoDimension>(
        &self,
        name: &str,
        shape: &[usize],
        dimensions: S,
        numbers: Vec<f32>,
    ) -> Result<Array<f32, S::Dim>, LoadError> {
        Array::from_shape_vec(dimensions.into_dimension(), numbers)
            .map_err(|_| self.misshapen(name, "sizes of an array".to_owned(), shape.to_vec()))
    }

    /// The error for a tensor of another shape.
    pub(super) fn misshapen(&self, name: &str, expected: String, got: Vec<usize>) -> LoadError {
        LoadError::TensorShape { path: self.path.to_owned(), name: name.to_owned(), expected, got }
    }
}
