//! Learned arrays as constants of a graph.

use ndarray::{ArrayView1, ArrayView2};
use onnx::GraphBuilder;

/// Adds an array of one dimension; its name.
pub(super) fn vector(
    graph: &mut GraphBuilder<'_>,
    name: &str,
    values: ArrayView1<'_, f32>,
) -> String {
    graph.constant(name, values.shape(), values.to_vec())
}

/// Adds an array of two dimensions; its name.
pub(super) fn matrix(
    graph: &mut GraphBuilder<'_>,
    name: &str,
    values: ArrayView2<'_, f32>,
) -> String {
    graph.constant(name, values.shape(), values.iter().copied().collect::<Vec<f32>>())
}
