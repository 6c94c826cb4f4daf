use super::Params;
use crate::{HingeLoss, PathLoss};

/// One-vs-rest linear support vector machine with a penalized intercept. The [crate] has an
/// example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinearSvm;

impl LinearSvm {
    /// The default parameters: hinge loss, `C` 1, `tol` 1e-4, `max_iter` 10,000, uniform
    /// classes, seed 0.
    pub fn params() -> Params<Self> {
        Params::new(PathLoss::Svm(HingeLoss::Hinge), 1e-4, 10_000)
    }
}

impl Params<LinearSvm> {
    /// The loss.
    pub fn loss(mut self, loss: HingeLoss) -> Self {
        self.0.loss = PathLoss::Svm(loss);
        self
    }

    /// The relative duality gap and violation at which to stop: an objective within `tol` of the
    /// optimum, and scores within about `tol` of their spread.
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.options.tol = tol;
        self
    }

    /// The largest number of passes over the data, for each class.
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.0.options.max_iter = max_iter;
        self
    }

    /// The seed of the order in which samples are visited.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.options.seed = seed;
        self
    }
}
