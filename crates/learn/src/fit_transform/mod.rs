//! Learning a transform from training rows, a block of them at a time.

mod principal_axes;
mod standardize;

use head::{FittedStep, Step, Steps, Transform};
use heads::FeatureRows;
use ndarray::Array2;

use self::principal_axes::principal_axes;
use self::standardize::mean_and_scale;

/// Rows that are transformed at a time. Sums go over these blocks in order, so that what is learned
/// depends neither on memory nor on threads.
const BLOCK_ROWS: usize = 1024;

/// A transform that cannot be learned from these rows.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum TransformError {
    /// There are fewer directions of any variance than axes asked for.
    #[error(
        "`{step}` asks for {asked} axes, but {n_samples} training rows of {n_features} features \
         vary along {found}\nhint: ask for {found} or fewer"
    )]
    TooManyAxes {
        /// The step.
        step: Step,
        /// Axes asked for.
        asked: usize,
        /// Axes that there are.
        found: usize,
        /// Rows to learn from.
        n_samples: usize,
        /// Features of a row.
        n_features: usize,
    },
    /// All training rows are the same, so that there is no axis.
    #[error("`{0}` needs training rows that differ")]
    NoAxis(Step),
    /// The iteration for the eigenvalues did not converge.
    #[error("`{0}` found no principal axes: the eigenvalue iteration did not converge")]
    Eigenvalues(Step),
}

/// Learns `steps` from `rows`, each from what the steps before it make of them.
///
/// # Errors
/// [`TransformError`], from `pca` and `whiten` alone.
///
/// # Examples
///
/// ```
/// use learn::fit_transform;
/// use ndarray::array;
///
/// let rows = array![[1.0, 2.0], [3.0, 6.0]];
/// let transform = fit_transform(&"standardize".parse()?, &rows.view())?;
/// assert_eq!(transform.apply(rows), array![[-1.0, -1.0], [1.0, 1.0]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit_transform(steps: &Steps, rows: &dyn FeatureRows) -> Result<Transform, TransformError> {
    let mut transform = Transform::default();
    for &step in &steps.0 {
        let fitted = match step {
            Step::L2 => FittedStep::L2,
            Step::Power(exponent) => FittedStep::Power(exponent),
            Step::Standardize => {
                let (mean, scale) = mean_and_scale(rows, &transform);
                FittedStep::Standardize { mean, scale }
            }
            Step::Pca(_) | Step::Whiten(_) => principal_axes(step, rows, &transform)?,
        };
        transform.0.push(fitted);
    }
    Ok(transform)
}

/// Gives the transformed rows to `visit`, a block `[n, n_features]` at a time, in order.
fn for_each_block(
    rows: &dyn FeatureRows,
    transform: &Transform,
    mut visit: impl FnMut(Array2<f32>),
) {
    let n_samples = rows.n_samples();
    let mut buffer = Vec::new();
    for start in (0..n_samples).step_by(BLOCK_ROWS) {
        let block = rows.block(start..(start + BLOCK_ROWS).min(n_samples), &mut buffer);
        visit(transform.apply(block.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn fit(steps: &str, x: &Array2<f32>) -> (Transform, Array2<f32>) {
        let transform = fit_transform(&steps.parse().unwrap(), &x.view()).unwrap();
        let transformed = transform.apply(x.clone());
        (transform, transformed)
    }

    #[test]
    fn an_iteration_that_does_not_converge_is_told_with_its_step() {
        // No matrix is known that brings it about.
        let error = TransformError::Eigenvalues(Step::Pca(2)).to_string();
        let expected = "`pca:2` found no principal axes: the eigenvalue iteration did not converge";
        assert_eq!(error, expected);
    }

    #[test]
    fn standardize_learns_from_training_rows_only() {
        let (transform, x) = fit("standardize", &array![[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]]);
        let std = (8.0f32 / 3.0).sqrt();
        assert_eq!(x, array![[-2.0 / std, 0.0], [0.0, 0.0], [2.0 / std, 0.0]]);
        let other = transform.apply(array![[3.0 + std, 9.0]]);
        assert!((&other - &array![[1.0, 2.0]]).iter().all(|d| d.abs() < 1e-6));
    }

    #[test]
    fn a_constant_column_with_an_inexact_mean_has_scale_1() {
        let (transform, x) = fit("standardize", &Array2::from_elem((7, 1), 0.1));
        let FittedStep::Standardize { scale, .. } = &transform.0[0] else { panic!() };
        assert_eq!(scale, &array![1.0]);
        assert!(x.iter().all(|v| *v == 0.0));
    }

    #[test]
    fn a_step_learns_from_what_the_one_before_it_left() {
        let data = array![[1.0, 0.0], [3.0, 4.0], [0.0, 2.0]];
        let (first, a) = fit("l2,standardize", &data);
        let (_, b) = fit("standardize,l2", &data);
        assert_ne!(a, b);
        assert!(a.column(0).sum().abs() < 1e-6, "the last step centered the columns");
        assert!(b.rows().into_iter().all(|row| (row.dot(&row) - 1.0).abs() < 1e-6));
        assert_eq!(first.steps().to_string(), "l2,standardize");
    }

    #[test]
    fn blocks_do_not_change_what_is_learned() {
        let x = Array2::from_shape_fn((BLOCK_ROWS + 5, 2), |(row, column)| {
            (row % 7 + column * (row % 3)) as f32
        });
        let (transform, transformed) = fit("standardize,whiten", &x);
        let n = x.nrows() as f32;
        for column in transformed.columns() {
            assert!(column.sum().abs() / n < 1e-5, "mean");
            assert!((column.dot(&column) / (n - 1.0) - 1.0).abs() < 1e-4, "variance");
        }
        assert_eq!(transform.n_features_out(2), 2);
    }
}
