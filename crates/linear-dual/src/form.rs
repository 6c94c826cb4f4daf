//! Which form of the linear SVM is worth solving.
//!
//! The dual works on the matrix of inner products of all rows: its work does
//! not grow with the number of features, and its memory grows with the square of the number of rows.
//! Coordinate descent on the rows themselves ([`linear_precise`]) needs no memory of its own, but
//! many more passes over all features as C grows.
//!
//! Measured at 5360 rows of 67 classes, C = 0.167, `tol` 1e-4: with 330 features descent takes 2.6 s of
//! CPU time and the matrix 2.0 s, with 4096 features the matrix takes 4.3 s. Larger C moves the balance
//! towards the matrix.

use linear_problem::FitError;

/// Bytes that the matrix of inner products may take: 23,000 rows. A constant, since results must not
/// depend on the machine.
const LARGEST_MATRIX: usize = 2 << 30;

/// Below so many rows, descent takes milliseconds, and so does a Newton step.
const FEWEST_ROWS: usize = 1000;

/// More rows than this for each feature: descent on short rows is faster than on the matrix.
const ROWS_PER_FEATURE: usize = 16;

/// Whether the matrix of so many rows may be held.
pub(crate) fn matrix_fits(n_samples: usize) -> bool {
    n_samples.saturating_mul(n_samples).saturating_mul(size_of::<f32>()) <= LARGEST_MATRIX
}

/// Refuses more rows than the matrix may have.
///
/// # Errors
/// [`FitError::OutOfMemory`].
pub(crate) fn check_matrix(n_samples: usize) -> Result<(), FitError> {
    if matrix_fits(n_samples) {
        return Ok(());
    }
    let bytes = n_samples.saturating_mul(n_samples).saturating_mul(size_of::<f32>());
    Err(FitError::OutOfMemory { bytes })
}

/// Whether a path of the hinge should use the matrix of inner products: it must fit into memory, and
/// where there are many more rows than features, its rank is far too low for Newton steps in f32.
pub fn matrix_suits(n_samples: usize, n_features: usize) -> bool {
    matrix_fits(n_samples) && n_samples <= n_features.saturating_mul(ROWS_PER_FEATURE)
}

/// Whether a path of the squared hinge should use the matrix: while Newton steps on all rows cost
/// little, and fewer rows than features make large C slow for gradients (160 iterations at 500 rows of
/// 4096 features and C = 100, where predictions still differed in 1 of 100).
pub fn matrix_suits_squared_hinge(n_samples: usize, n_features: usize) -> bool {
    n_samples <= FEWEST_ROWS.min(n_features)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_follows_size_and_shape() {
        assert!(matrix_suits(773, 512) && matrix_suits(5360, 4096));
        assert!(!matrix_suits(200, 6) && !matrix_suits(5360, 64), "short rows");
        assert!(!matrix_suits(30_000, 4096), "memory");
        assert!(!matrix_suits_squared_hinge(773, 512) && matrix_suits_squared_hinge(500, 512));
    }

    #[test]
    fn a_matrix_that_is_too_large_is_refused_with_its_size() {
        check_matrix(5360).unwrap();
        let error = check_matrix(100_000).unwrap_err().to_string();
        let message = "the matrix of inner products needs `40000000000` bytes of memory\n  hint: ";
        assert!(error.starts_with(message), "{error}");
    }
}
