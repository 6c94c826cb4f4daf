//! What `standardize` learns.

use head::Transform;
use heads::FeatureRows;
use ndarray::{Array1, Array2};

use super::for_each_block;

/// Mean and scale of each column of the transformed rows, each `[n_features]`.
///
/// Two passes in f64, so that a large mean costs no digits.
pub(super) fn mean_and_scale(
    rows: &dyn FeatureRows,
    transform: &Transform,
) -> (Array1<f32>, Array1<f32>) {
    let mean = column_means(rows, transform);
    let mut squares = Array1::<f64>::zeros(mean.len());
    let mut first: Option<Array1<f32>> = None;
    let mut is_constant = vec![true; mean.len()];
    for_each_block(rows, transform, |block: Array2<f32>| {
        let first = first.get_or_insert_with(|| block.row(0).to_owned());
        for row in block.rows() {
            for (column, &value) in row.iter().enumerate() {
                squares[column] += (f64::from(value) - mean[column]).powi(2);
                // The rounding of the mean can leave a tiny variance in a constant column.
                is_constant[column] &= value == first[column];
            }
        }
    });
    let n_rows = rows.n_samples() as f64;
    let scale = squares.iter().zip(is_constant).map(|(&square, is_constant)| {
        let scale = (square / n_rows).sqrt() as f32;
        if is_constant || scale == 0.0 { 1.0 } else { scale }
    });
    let scale = scale.collect();
    (mean.mapv(|value| value as f32), scale)
}

/// Mean of each column of the transformed rows, `[n_features]`.
pub(super) fn column_means(rows: &dyn FeatureRows, transform: &Transform) -> Array1<f64> {
    let mut sum = Array1::<f64>::zeros(transform.n_features_out(rows.n_features()));
    for_each_block(rows, transform, |block: Array2<f32>| {
        for row in block.rows() {
            sum.zip_mut_with(&row, |sum, &value| *sum += f64::from(value));
        }
    });
    sum / rows.n_samples() as f64
}
