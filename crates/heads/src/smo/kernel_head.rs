use linear_problem::write_argmax;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView1, ArrayView2, Axis, Data, Ix2};
use rayon::prelude::*;

use crate::{ParamError, PartsError};

/// Rows that one thread scores at a time.
const CHUNK_ROWS: usize = 128;

/// A head of a Gaussian kernel: `scores = dual_coef . exp(-gamma ||s - x||^2) + intercept` over its
/// support vectors `s`, which the classes share.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelHead {
    support_vectors: Array2<f32>,
    dual_coef: Array2<f32>,
    intercept: Array1<f32>,
    gamma: f64,
}

impl KernelHead {
    /// A head from support vectors `[n_support, n_features]`, `dual_coef` `[n_classes, n_support]`
    /// and `intercept` `[n_classes]`.
    ///
    /// # Errors
    /// [`PartsError`] if they disagree, or if `gamma` is not positive and finite.
    pub fn from_parts(
        support_vectors: Array2<f32>,
        dual_coef: Array2<f32>,
        intercept: Array1<f32>,
        gamma: f64,
    ) -> Result<Self, PartsError> {
        let shape = [intercept.len(), support_vectors.nrows()];
        PartsError::check_shape("dual_coef", dual_coef.shape(), &shape)?;
        ParamError::check_gamma(gamma)?;
        Ok(Self { support_vectors, dual_coef, intercept, gamma })
    }

    /// Support vectors, `[n_support, n_features]`.
    pub fn support_vectors(&self) -> ArrayView2<'_, f32> {
        self.support_vectors.view()
    }

    /// Signed multipliers of the support vectors, `[n_classes, n_support]`.
    pub fn dual_coef(&self) -> ArrayView2<'_, f32> {
        self.dual_coef.view()
    }

    /// Intercepts, `[n_classes]`.
    pub fn intercept(&self) -> ArrayView1<'_, f32> {
        self.intercept.view()
    }

    /// `gamma` of the kernel.
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.intercept.len()
    }

    /// Number of features that a row must have.
    pub fn n_features(&self) -> usize {
        self.support_vectors.ncols()
    }

    /// Signed margins `[n_samples, n_classes]` of features `[n_samples, n_features]`.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn decision_function(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        assert_eq!(x.ncols(), self.n_features(), "features of a row");
        let support = self.support_vectors.mapv(f64::from);
        let squares = squared_norms(&support);
        let dual_coef = self.dual_coef.mapv(f64::from);
        let mut scores = Array2::zeros((x.nrows(), self.n_classes()));
        let blocks: Vec<_> = scores
            .axis_chunks_iter_mut(Axis(0), CHUNK_ROWS)
            .zip(x.axis_chunks_iter(Axis(0), CHUNK_ROWS))
            .collect();
        blocks.into_par_iter().for_each(|(mut scores, x)| {
            let x = x.mapv(f64::from);
            let mut kernel = x.dot(&support.t());
            for (mut row, square) in kernel.rows_mut().into_iter().zip(squared_norms(&x)) {
                row.zip_mut_with(&squares, |product, support| {
                    let distance = (square + support - 2.0 * *product).max(0.0);
                    *product = (-self.gamma * distance).exp();
                });
            }
            scores.assign(&kernel.dot(&dual_coef.t()).mapv(|score| score as f32));
            scores += &self.intercept;
        });
        scores
    }
}

fn squared_norms(rows: &Array2<f64>) -> Array1<f64> {
    rows.rows().into_iter().map(|row| row.dot(&row)).collect()
}

/// The class of the largest score in each row, the first of equals.
impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for KernelHead {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<usize>) {
        write_argmax(&self.decision_function(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(x.nrows())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn head(gamma: f64) -> Result<KernelHead, PartsError> {
        let coef = array![[1.0, -1.0], [0.0, 2.0]];
        KernelHead::from_parts(array![[0.0, 0.0], [3.0, 4.0]], coef, array![0.25, 0.0], gamma)
    }

    #[test]
    fn scores_are_sums_over_support_vectors() {
        let scores = head(0.1).unwrap().decision_function(array![[3.0, 4.0], [0.0, 0.0]].view());
        let far = (-2.5_f32).exp();
        let expected = array![[0.25 + far - 1.0, 2.0], [1.25 - far, 2.0 * far]];
        assert!((scores - expected).iter().all(|difference: &f32| difference.abs() < 1e-7));
    }

    #[test]
    fn parts_make_the_head_that_they_came_from() {
        let head = head(0.5).unwrap();
        let again = KernelHead::from_parts(
            head.support_vectors().to_owned(),
            head.dual_coef().to_owned(),
            head.intercept().to_owned(),
            head.gamma(),
        );
        assert_eq!(again, Ok(head));
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        assert_eq!(head(0.0), Err(ParamError::Gamma { got: 0.0 }.into()));
        let error = KernelHead::from_parts(array![[1.0]], array![[1.0, 2.0]], array![0.0], 1.0)
            .unwrap_err();
        let (expected, got) = (vec![1, 1], vec![1, 2]);
        assert_eq!(error, PartsError::Shape { part: "dual_coef", expected, got });
    }

    #[test]
    #[should_panic(expected = "features of a row")]
    fn rows_of_another_length_panic() {
        head(1.0).unwrap().decision_function(array![[1.0]].view());
    }
}
