//! Principal component analysis, exact.
//!
//! The axes are the eigenvectors of the covariance `Xc' Xc / (n - 1)` of the centered rows `Xc`,
//! those of the largest eigenvalues, which are the variances along them (Pearson 1901; Hotelling
//! 1933). With fewer rows than columns they come from the smaller matrix `Xc Xc'`: if `u` is an
//! eigenvector of it, `Xc' u` is one of the covariance. Sums and eigenvectors are f64.
//!
//! An eigenvector has no sign of its own: here its component of the largest absolute value, the
//! first of equals, is positive, as in scikit-learn since 1.5. Directions whose deviation is below
//! [`SMALLEST_DEVIATION`] of the largest hold nothing but the rounding of f32 features, so they are
//! no axes.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par, Side};
use head::{FittedStep, Step, Transform};
use heads::FeatureRows;
use ndarray::{Array1, Array2, s};
use rayon::prelude::*;

use super::standardize::column_means;
use super::{TransformError, for_each_block};

/// Deviation along an axis, relative to the largest, from which on it counts.
const SMALLEST_DEVIATION: f64 = 3e-5;

/// Columns of a product that one thread computes. Fixed, so that results do not depend on threads.
const TILE: usize = 256;

/// Columns of features that are made f64 at a time where rows are few.
const STRIP: usize = 1024;

/// What `step` learns from the transformed rows.
pub(super) fn principal_axes(
    step: Step,
    rows: &dyn FeatureRows,
    transform: &Transform,
) -> Result<FittedStep, TransformError> {
    let mean = column_means(rows, transform);
    let (n_samples, n_features) = (rows.n_samples(), mean.len());
    let (mut axes, variances) = if n_samples < n_features {
        from_rows(step, rows, transform, &mean)?
    } else {
        from_columns(step, rows, transform, &mean)?
    };
    let n_axes = match step {
        _ if variances.is_empty() => return Err(TransformError::NoAxis(step)),
        Step::Pca(asked) | Step::Whiten(Some(asked)) if asked > variances.len() => {
            let found = variances.len();
            return Err(TransformError::TooManyAxes { step, asked, found, n_samples, n_features });
        }
        Step::Pca(asked) | Step::Whiten(Some(asked)) => asked,
        _ => variances.len(),
    };
    axes = axes.slice_move(s![..n_axes, ..]);
    for (mut axis, variance) in axes.rows_mut().into_iter().zip(variances) {
        let largest = axis.iter().fold(0.0f64, |a, &b| if b.abs() > a.abs() { b } else { a });
        let scale = if matches!(step, Step::Whiten(_)) { variance.sqrt() } else { 1.0 };
        axis /= scale.copysign(largest);
    }
    let projection = axes.mapv(|value| value as f32).as_standard_layout().into_owned();
    Ok(FittedStep::Project { step, mean: mean.mapv(|value| value as f32), projection })
}

/// Unit axes, one a row, and the variances along them, descending; those too small left out.
type Axes = (Array2<f64>, Vec<f64>);

/// Axes from the covariance of the columns.
fn from_columns(
    step: Step,
    rows: &dyn FeatureRows,
    transform: &Transform,
    mean: &Array1<f64>,
) -> Result<Axes, TransformError> {
    let (n_samples, n_features) = (rows.n_samples(), mean.len());
    let mut sums = vec![0.0; n_features * n_features];
    for_each_block(rows, transform, |block| {
        let centered = block.mapv(f64::from) - mean;
        let centered = centered.as_slice().expect("a new array is contiguous");
        let centered = MatRef::from_row_major_slice(centered, block.nrows(), n_features);
        add_products(&mut sums, centered.transpose());
    });
    let (vectors, values) = eigenvectors(step, &sums, n_features, rounding(n_samples, mean))?;
    let axes = Array2::from_shape_fn((values.len(), n_features), |(axis, feature)| {
        vectors[(feature, n_features - 1 - axis)]
    });
    let n_minus_1 = (n_samples - 1) as f64;
    Ok((axes, values.into_iter().map(|value| value / n_minus_1).collect()))
}

/// Axes from the inner products of the rows, which are fewer than the columns.
fn from_rows(
    step: Step,
    rows: &dyn FeatureRows,
    transform: &Transform,
    mean: &Array1<f64>,
) -> Result<Axes, TransformError> {
    let (n_samples, n_features) = (rows.n_samples(), mean.len());
    let mut x = Array2::<f32>::zeros((n_samples, n_features));
    let mut filled = 0;
    for_each_block(rows, transform, |block| {
        let end = filled + block.nrows();
        x.slice_mut(s![filled..end, ..]).assign(&block);
        filled = end;
    });
    let strips =
        || (0..n_features).step_by(STRIP).map(|start| start..(start + STRIP).min(n_features));
    let centered = |strip: std::ops::Range<usize>| {
        x.slice(s![.., strip.clone()]).mapv(f64::from) - mean.slice(s![strip])
    };
    let mut sums = vec![0.0; n_samples * n_samples];
    for strip in strips() {
        let width = strip.len();
        let strip = centered(strip);
        let strip = strip.as_slice().expect("a new array is contiguous");
        add_products(&mut sums, MatRef::from_row_major_slice(strip, n_samples, width));
    }
    let (vectors, values) = eigenvectors(step, &sums, n_samples, rounding(n_samples, mean))?;
    let vectors = Array2::from_shape_fn((values.len(), n_samples), |(axis, row)| {
        vectors[(row, n_samples - 1 - axis)] / values[axis].sqrt()
    });
    let mut axes = Array2::zeros((values.len(), n_features));
    for strip in strips() {
        axes.slice_mut(s![.., strip.clone()]).assign(&vectors.dot(&centered(strip)));
    }
    let n_minus_1 = (n_samples - 1) as f64;
    Ok((axes, values.into_iter().map(|value| value / n_minus_1).collect()))
}

/// What the rounding of the mean can leave of an eigenvalue of rows that are all the same. f32
/// features that differ at all do so by a relative 6e-8 or more.
fn rounding(n_samples: usize, mean: &Array1<f64>) -> f64 {
    n_samples as f64 * mean.dot(mean) * 1e-24
}

/// Adds the lower triangle of `m m'` to `sums`, column-major, `[m.nrows(), m.nrows()]`.
fn add_products(sums: &mut [f64], m: MatRef<'_, f64>) {
    let n = m.nrows();
    sums.par_chunks_mut(n * TILE).enumerate().for_each(|(tile, sums)| {
        let start = tile * TILE;
        let width = sums.len() / n;
        let sums = MatMut::from_column_major_slice_mut(sums, n, width);
        let below = m.subrows(start, n - start);
        let columns = m.subrows(start, width).transpose();
        matmul(sums.subrows_mut(start, n - start), Accum::Add, below, columns, 1.0, Par::Seq);
    });
}

/// Eigenvectors of a symmetric matrix, of which the lower triangle is there, as columns in
/// ascending order; and the eigenvalues that count, which are above `rounding`, descending.
fn eigenvectors(
    step: Step,
    matrix: &[f64],
    n: usize,
    rounding: f64,
) -> Result<(Mat<f64>, Vec<f64>), TransformError> {
    let matrix = MatRef::from_column_major_slice(matrix, n, n);
    let eigen =
        matrix.self_adjoint_eigen(Side::Lower).map_err(|_| TransformError::Eigenvalues(step))?;
    let values = eigen.S().column_vector();
    let largest = values[n - 1];
    let smallest = (largest * SMALLEST_DEVIATION.powi(2)).max(rounding);
    let counting = (0..n).rev().map(|i| values[i]).take_while(|&value| value > smallest);
    Ok((eigen.U().to_owned(), counting.collect()))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::fit_transform::fit_transform;

    fn projection(step: &str, x: &Array2<f32>) -> Array2<f32> {
        let transform = fit_transform(&step.parse().unwrap(), &x.view()).unwrap();
        let FittedStep::Project { projection, .. } = transform.0[0].clone() else { panic!() };
        projection
    }

    #[test]
    fn the_axis_of_largest_variance_comes_first_and_its_largest_component_is_positive() {
        let x = array![[0.0, 4.0, 1.0], [2.0, 0.0, 1.0], [0.0, -4.0, 1.0], [-2.0, 0.0, 1.0]];
        let close = |a: Array2<f32>, b: Array2<f32>| (a - b).iter().all(|d| d.abs() < 1e-6);
        assert!(close(projection("pca:2", &x), array![[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]));
        // Variances 32/3 and 8/3.
        let (a, b) = ((3.0f32 / 32.0).sqrt(), (3.0f32 / 8.0).sqrt());
        assert!(close(projection("whiten", &x), array![[0.0, a, 0.0], [b, 0.0, 0.0]]));
    }

    #[test]
    fn few_rows_and_many_give_the_same_axes() {
        let x = Array2::from_shape_fn((6, 8), |(row, column)| ((row * 7 + column * 5) % 11) as f32);
        let twice = ndarray::concatenate![ndarray::Axis(0), x, x];
        let difference = projection("pca:5", &x) - projection("pca:5", &twice);
        assert!(difference.iter().all(|d| d.abs() < 1e-5), "{difference}");
    }

    #[test]
    fn axes_that_are_not_there_are_refused() {
        let fit = |step: &str, x: &Array2<f32>| {
            fit_transform(&step.parse().unwrap(), &x.view()).unwrap_err()
        };
        let line = array![[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]];
        let error = fit("pca:2", &line);
        assert!(matches!(error, TransformError::TooManyAxes { asked: 2, found: 1, .. }));
        assert!(error.to_string().ends_with("hint: ask for 1 or fewer"), "{error}");
        let same = Array2::from_elem((3, 2), 0.1);
        assert_eq!(fit("whiten", &same).to_string(), "`whiten` needs training rows that differ");
        assert_eq!(fit("pca:1", &same).to_string(), "`pca:1` needs training rows that differ");
    }
}
