//! Softmax and squared hinge, the losses with a derivative: all classes and folds together, C after C.
//!
//! Problem: for every fold and every value of C,
//!
//! ```text
//! min  1/2 sum_k ||w_k||^2 + C sum_i c_i loss(z_i),   z_ik = w_k.x_i + b_k
//! ```
//!
//! for a softmax over the classes `k`, or a squared hinge with a class against the rest. `c_i` is the weight
//! of the row's class, 0 where the fold holds the row out. The intercept `b` is free for the softmax, as
//! in scikit-learn, and for the squared hinge the penalized weight of a feature of value 1, as in LIBLINEAR.
//!
//! Method: Newton steps over two directions at once, the preconditioned gradient and the previous step. An
//! iteration multiplies the features twice with the directions of all problems that are not done yet, or once the
//! matrix of inner products, where that is the shorter way.
//!
//! Stop: when the duality gap is at most `tol` of the objective, the squared gradient is at most `tol` of the
//! squared pull that tells the classes apart, and scores have settled. What f32 does not bring to the tolerance is
//! [finished](linear_precise) in f64.
//!
//! # Examples
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use linear_problem::{ClassWeight, Folds, PathOptions, PathProblem, Targets};
//! use linear_smooth::SmoothLoss;
//! use ndarray::array;
//!
//! let x = array![[0.0_f32, 1.0], [0.1, 0.9], [0.9, 0.1], [1.0, 0.0]];
//! let problem = PathProblem {
//!     rows: &x.view(),
//!     targets: Targets::Classes(&[0, 0, 1, 1]),
//!     n_classes: 2,
//!     folds: Folds { n_folds: 1, held_out_by: &[None; 4] },
//! };
//! let options = PathOptions {
//!     cs: vec![0.1, 1.0],
//!     tol: 1e-4,
//!     max_iter: 1000,
//!     class_weight: ClassWeight::Uniform,
//!     seed: 0,
//!     keep_heads: true,
//! };
//! linear_smooth::solve_path(&problem, SmoothLoss::Softmax, &options, &mut |point| {
//!     assert!(point.reports[0].converged);
//!     assert!(point.heads[0].coef()[[1, 0]] > 0.0);
//!     ControlFlow::Continue(())
//! })?;
//! # Ok::<(), linear_problem::FitError>(())
//! ```

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

pub use solve::solve_path;

/// A loss with a derivative everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmoothLoss {
    /// Multinomial logistic regression.
    Softmax,
    /// One class against the rest: `max(0, 1 - y z)^2`, with `y` 1 for the class and -1 for the rest.
    SquaredHinge,
}

impl SmoothLoss {
    /// What becomes of the intercept.
    fn intercept(self) -> Intercept {
        match self {
            Self::Softmax => Intercept::Unpenalized,
            Self::SquaredHinge => Intercept::Penalized,
        }
    }
}

/// What becomes of the intercept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Intercept {
    /// It is penalized as the weight of a feature of value 1 (LIBLINEAR).
    Penalized,
    /// It is free (scikit-learn's logistic regression).
    Unpenalized,
}
