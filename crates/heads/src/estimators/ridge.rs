use super::Params;
use crate::PathLoss;

/// Ridge classifier: least squares on targets 1 and -1 with an unpenalized intercept.
///
/// # Examples
///
/// ```
/// use heads::Ridge;
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
///
/// let training = DatasetBase::new(array![[0.0_f32], [0.2], [0.9], [1.0]], array![0, 0, 1, 1]);
/// let head = Ridge::params().c(10.0).fit(&training)?.head;
/// assert_eq!(head.predict(&array![[0.8_f32]]), array![1]);
/// # Ok::<(), heads::FitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ridge;

impl Ridge {
    /// The default parameters: `C` 1, uniform classes.
    pub fn params() -> Params<Self> {
        // Solved directly: there is no iteration to limit or to end.
        Params::new(PathLoss::Ridge, 1.0, 1)
    }
}
