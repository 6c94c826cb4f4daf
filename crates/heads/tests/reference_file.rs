//! Reads the reference files; the script beside each says what is in it.

use linfa::DatasetBase;
use ndarray::{Array1, Array2, ArrayView2};
use safetensors::SafeTensors;

/// Made by `reference/make.py`.
const BYTES: &[u8] = include_bytes!("reference/reference.safetensors");
/// Made by `reference/make_small_heads.py`.
const SMALL_HEADS: &[u8] = include_bytes!("reference/small_heads.safetensors");

/// Features and labels.
pub(crate) type Training = DatasetBase<Array2<f32>, Array1<usize>>;

/// The training rows of a set.
pub(crate) fn training(set: &str) -> Training {
    if set == "pair" {
        let main = training("main");
        let rows: Vec<usize> =
            (0..main.targets.len()).filter(|&row| main.targets[row] < 2).collect();
        return select(&main, &rows);
    }
    DatasetBase::new(matrix(&format!("{set}.x")), classes(&format!("{set}.y")))
}

/// The test rows of a set.
pub(crate) fn test_rows(set: &str) -> Array2<f32> {
    matrix(&format!("{}.x_test", if set == "pair" { "main" } else { set }))
}

/// Rows of a training set, in the order given, repeated where they are.
pub(crate) fn select(training: &Training, rows: &[usize]) -> Training {
    let axis = ndarray::Axis(0);
    DatasetBase::new(training.records.select(axis, rows), training.targets.select(axis, rows))
}

/// What scikit-learn makes of one problem.
pub(crate) struct Solution {
    pub(crate) objective: f64,
    /// Scores of the test rows.
    pub(crate) decision: Array2<f32>,
    /// Classes of the test rows.
    pub(crate) predicted: Array1<usize>,
}

pub(crate) fn solution(problem: &str) -> Solution {
    let (_, objective) = tensor(&format!("{problem}.objective"));
    Solution {
        objective: f64::from_le_bytes(objective.try_into().unwrap()),
        decision: matrix(&format!("{problem}.decision")),
        predicted: classes(&format!("{problem}.predicted")),
    }
}

/// The largest difference of two matrices.
pub(crate) fn max_difference(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> f32 {
    assert_eq!(a.dim(), b.dim());
    a.iter().zip(b).fold(0.0, |max, (a, b)| (a - b).abs().max(max))
}

/// Scores that `make_small_heads.py` wrote.
pub(crate) fn small_heads_scores(name: &str) -> Array2<f32> {
    matrix_of(SMALL_HEADS, name)
}

/// An objective that `make_small_heads.py` wrote.
pub(crate) fn small_heads_objective(problem: &str) -> f64 {
    let (_, objective) = tensor_of(SMALL_HEADS, &format!("{problem}.objective"));
    f64::from_le_bytes(objective.try_into().unwrap())
}

/// Multi-label targets that `make_small_heads.py` wrote.
pub(crate) fn small_heads_signs(set: &str) -> Array2<i8> {
    let (shape, bytes) = tensor_of(SMALL_HEADS, &format!("{set}.signs"));
    let signs = bytes.into_iter().map(|byte| i8::from_le_bytes([byte])).collect();
    Array2::from_shape_vec((shape[0], shape[1]), signs).unwrap()
}

fn matrix(name: &str) -> Array2<f32> {
    matrix_of(BYTES, name)
}

fn classes(name: &str) -> Array1<usize> {
    tensor(name).1.iter().map(|&class| usize::from(class)).collect()
}

fn tensor(name: &str) -> (Vec<usize>, Vec<u8>) {
    tensor_of(BYTES, name)
}

/// A matrix of f32 in a file.
pub(crate) fn matrix_of(file: &[u8], name: &str) -> Array2<f32> {
    let (shape, bytes) = tensor_of(file, name);
    let values = bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
    Array2::from_shape_vec((shape[0], shape[1]), values.collect()).unwrap()
}

/// Shape and bytes of a tensor in a file.
pub(crate) fn tensor_of(file: &[u8], name: &str) -> (Vec<usize>, Vec<u8>) {
    let file = SafeTensors::deserialize(file).unwrap();
    let tensor = file.tensor(name).unwrap();
    (tensor.shape().to_vec(), tensor.data().to_vec())
}
