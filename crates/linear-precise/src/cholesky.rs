use faer::{
    Mat, MatMut, Par,
    dyn_stack::{MemBuffer, MemStack},
    linalg::cholesky::llt::{
        factor::{cholesky_in_place, cholesky_in_place_scratch},
        solve::solve_in_place,
    },
    prelude::default,
};

/// The Cholesky factor of a positive definite matrix, made on one thread.
pub struct Cholesky(Mat<f64>);

impl Cholesky {
    /// Factors a symmetric matrix of which only the lower triangle is read; `None` if it is not
    /// positive definite to working precision.
    pub fn new(mut matrix: Mat<f64>) -> Option<Self> {
        let scratch = cholesky_in_place_scratch::<f64>(matrix.nrows(), Par::Seq, default());
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        cholesky_in_place(matrix.as_mut(), default(), Par::Seq, stack, default()).ok()?;
        Some(Self(matrix))
    }

    /// Replaces right-hand sides by solutions.
    pub fn solve_in_place(&self, right: MatMut<'_, f64>) {
        let mut memory = MemBuffer::new(default());
        solve_in_place(self.0.as_ref(), right, Par::Seq, MemStack::new(&mut memory));
    }
}

#[cfg(test)]
mod tests {
    use faer::mat;

    use super::*;

    #[test]
    fn solutions_solve() {
        // The upper triangle is never read.
        let matrix = mat![[4.0, f64::NAN], [2.0, 3.0]];
        let mut right = mat![[10.0], [9.0]];
        Cholesky::new(matrix).unwrap().solve_in_place(right.as_mut());
        assert!((right[(0, 0)] - 1.5).abs() < 1e-15 && (right[(1, 0)] - 2.0).abs() < 1e-15);
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        assert!(Cholesky::new(mat![[1.0, 2.0], [2.0, 1.0]]).is_none());
    }
}
