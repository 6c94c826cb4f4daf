use crate::{ClassWeight, HingeLoss, ParamError};

/// The loss of a path, with what is penalized besides the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathLoss {
    /// One-vs-rest linear SVM with a penalized intercept.
    Svm(HingeLoss),
    /// Multinomial logistic regression with an unpenalized intercept.
    Softmax,
    /// Least squares on targets 1 and -1 with an unpenalized intercept.
    Ridge,
}

/// How a path is solved.
#[derive(Debug, Clone, PartialEq)]
pub struct PathOptions {
    /// Values of C, ascending: each is the warm start of the next.
    pub cs: Vec<f64>,
    /// The relative duality gap at which a problem is done. Each solver says what else it asks for.
    pub tol: f64,
    /// The largest number of iterations for each value of C.
    pub max_iter: usize,
    /// Weights that multiply C for the samples of each class.
    pub class_weight: ClassWeight,
    /// Seed of every random order.
    pub seed: u64,
    /// Whether the points carry their heads, rather than held-out scores and reports alone.
    pub keep_heads: bool,
}

impl PathOptions {
    /// Refuses values outside their range.
    ///
    /// # Errors
    /// [`ParamError`] of the first such value.
    pub fn check(&self) -> Result<(), ParamError> {
        self.cs.iter().try_for_each(|&c| ParamError::check_c(c))?;
        ParamError::check_tol(self.tol)?;
        ParamError::check_max_iter(self.max_iter)?;
        self.class_weight.check()
    }
}
