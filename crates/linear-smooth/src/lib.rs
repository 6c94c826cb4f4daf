//! Softmax and squared hinge, the losses with a derivative: all classes and folds together, C after C.

mod batch;
mod block_matrix;
mod class_means;
mod columns;
mod evaluate;
mod exp;
mod features;
mod finish;
mod gram;
mod group;
mod iterate;
mod line;
mod minimize;
mod objective;
mod order;
mod preconditioner;
mod products;
mod softmax_tile;
mod solve;
mod space;
mod squared_hinge_tile;

pub use products::Kernel;
pub use solve::solve_path;

/// A loss with a derivative everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmoothLoss {
    /// Multinomial logistic regression.
    Softmax,
    /// One class against the rest, `max(0, 1 - y z)^2`.
    SquaredHinge,
}

/// What becomes of the intercept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intercept {
    /// It is penalized as the weight of a feature of value 1 (LIBLINEAR).
    Penalized,
    /// It is free (scikit-learn's logistic regression).
    Unpenalized,
}
