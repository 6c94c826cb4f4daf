//! Linear heads solved in f64, to the last digits: one class against the rest, and [the softmax](SoftmaxProblem).
//!
//! Problem: for one class against the rest, with `s_i` 1 or -1 and `C_i` the cost of row `i`,
//!
//! ```text
//! min_w  1/2 ||w||^2 + sum_i C_i loss(s_i w.x_i),    loss(m) = max(0, 1 - m) or its square
//! ```
//!
//! where every `x_i` ends with a feature 1, whose weight is the intercept and is penalized with the
//! rest, as LIBLINEAR does with bias 1. With `beta_i = s_i alpha_i` its dual is
//!
//! ```text
//! min_beta  1/2 beta' (K + D) beta - sum_i s_i beta_i,   0 <= s_i beta_i <= U_i,   K = X X'
//! ```
//!
//! with `D_ii = 0`, `U_i = C_i` for the hinge and `D_ii = 1 / (2 C_i)`, no upper bound, for the
//! squared hinge (Hsieh, Chang, Lin, Keerthi and Sundararajan, A Dual Coordinate Descent Method
//! for Large-scale Linear SVM, ICML 2008, equation 4).
//!
//! Both methods work in f64, with `w = sum_i beta_i x_i`, and need no memory for a matrix of all rows:
//! - coordinate descent, for many short rows, with which [`solve_path`] begins;
//! - [`finish`] takes Newton steps, few whatever C and the length of the rows, from variables that are
//!   near the optimum or not.
//!
//! Stop: when both
//! - the duality gap is at most `tol` times the primal objective, which is then within `tol` of
//!   the optimum; and
//! - no margin violates the optimality conditions (the projected gradient, equation 8 of the paper) by
//!   more than `tol` times the spread of the scores.
//!
//! The second matters where `C` is small: the scores of all samples then lie close together, and a
//! small gap alone leaves errors as large as the differences that decide between classes.
//!
//! # Examples
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use linear_problem::{ClassWeight, Folds, PathOptions, PathProblem, Targets};
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
//! linear_precise::solve_path(&problem, &options, &mut |point| {
//!     assert!(point.reports[0].converged);
//!     assert!(point.heads[0].coef()[[1, 0]] > 0.0);
//!     ControlFlow::Continue(())
//! })?;
//! # Ok::<(), linear_problem::FitError>(())
//! ```

mod cholesky;
mod descent;
mod dot;
mod measure;
mod newton;
mod path;
mod preconditioner;
mod problem;
mod proximal;
mod rows;
mod softmax;

pub use cholesky::Cholesky;
pub use path::solve_path;
pub use problem::BinaryProblem;
pub use proximal::{finish, finish_squared_hinge};
pub use rows::Rows;
pub use softmax::{SoftmaxProblem, finish_softmax};

use linear_problem::FitReport;

use self::{descent::descend, measure::Measure};

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub struct Stop {
    /// The tolerance: what the larger of the relative duality gap and the relative violation is compared
    /// with.
    pub tol: f64,
    /// Passes over the rows, or Newton steps, at most.
    pub max_iter: usize,
}

/// Where a solver stopped.
#[derive(Debug, Clone)]
pub struct Solution {
    /// The dual variables, `[n_samples]`.
    pub betas: Vec<f64>,
    /// Weights, the intercept last, `[n_features + 1]`.
    pub weights: Vec<f64>,
    /// How that went.
    pub report: FitReport,
}

impl Solution {
    /// The solution of these variables, after `n_iter` iterations.
    fn new(betas: Vec<f64>, weights: Vec<f64>, measure: &Measure, tol: f64, n_iter: usize) -> Self {
        let residual = measure.residual();
        let report =
            FitReport { n_iter, converged: residual <= tol, objective: measure.primal, residual };
        Self { betas, weights, report }
    }
}
