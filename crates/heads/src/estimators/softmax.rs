use super::Params;
use crate::PathLoss;

/// Multinomial logistic regression: a head with probabilities.
///
/// # Examples
///
/// ```
/// use heads::Softmax;
/// use linfa::{DatasetBase, traits::Fit};
/// use ndarray::array;
///
/// let training = DatasetBase::new(array![[0.0_f32], [0.2], [0.9], [1.0]], array![0, 0, 1, 1]);
/// let head = Softmax::params().c(100.0).fit(&training)?.head;
/// let probabilities = head.predict_proba(array![[0.8]].view()).expect("a softmax has them");
/// assert!(probabilities[[0, 1]] > 0.5);
/// # Ok::<(), heads::FitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Softmax;

impl Softmax {
    /// The default parameters: `C` 1, `tol` 1e-6, `max_iter` 1000, uniform classes.
    pub fn params() -> Params<Self> {
        Params::new(PathLoss::Softmax, 1e-6, 1000)
    }
}

impl Params<Softmax> {
    /// The duality gap, relative to the objective, at which to stop.
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.options.tol = tol;
        self
    }

    /// The largest number of iterations.
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.0.options.max_iter = max_iter;
        self
    }
}
