//! Linear support vector machines in their dual, on the matrix of inner products of all rows:
//! one-vs-rest, and [one-vs-one](OneVsOneHead).
//!
//! Problem: for every class against the rest, every fold and every value of C,
//!
//! ```text
//! min_w  1/2 ||w||^2 + sum_i C_i loss(s_i w.x_i),    loss(m) = max(0, 1 - m) or its square
//! ```
//!
//! where `s_i` is 1 for samples of the class and -1 for the rest, `C_i` is `C` times the weight of
//! the sample's class, and every `x_i` ends with a feature 1, whose weight is the intercept and is
//! penalized with the rest. With `beta_i = s_i alpha_i` its dual is
//!
//! ```text
//! min_beta  1/2 beta' (K + D) beta - sum_i s_i beta_i,   0 <= s_i beta_i <= U_i,   K = X X'
//! ```
//!
//! with `D = 0`, `U_i = C_i` for the hinge and `D_ii = 1 / (2 C_i)`, no upper bound, for the squared
//! hinge (Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008). `K` is one matrix for all
//! problems: a fold is the set of variables that stay 0, and what a fold's head says of the rows that
//! it holds out is `K beta` there. Work does not depend on the number of features.
//!
//! Method: all problems ("columns") advance together, C ascending, each solution scaled to be the
//! start of the next.
//! - Coordinate descent on blocks of 128 samples, blocks and samples in random order: `K` of
//!   non-negative features is nearly constant, the worst case of cyclic order.
//! - Then, since descent alone does not converge for larger C, working sets: the free variables of a
//!   column and those that violate their bounds most, solved as a small dense problem by Newton steps
//!   on the free set (projected, as in Bertsekas, Projected Newton Methods for Optimization Problems
//!   with Simple Constraints, SIAM J. Control Optim. 1982; decomposition as in Joachims, Making
//!   Large-Scale SVM Learning Practical, 1999).
//!
//! Stop: a column rests when its duality gap is at most `tol` of the primal objective and no margin
//! violates the optimality conditions by more than `tol` of the spread of its scores, both measured
//! on scores that were summed anew in f64. The second matters where C is small: at C = 1e-3 a gap of
//! 1e-3 alone left four predictions in five as they should be, with it all but one in 250 are. A column
//! also rests when twenty iterations made no progress: f32 has no more to give. It is then
//! [finished](linear_precise::finish) in f64, as are all columns where the tolerance is finer than f32 can tell.
//!
//! A single fit, which has no solution of a smaller C to start from, goes through a few of them.
//!
//! # Examples
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use linear_problem::{ClassWeight, Folds, HingeLoss, PathOptions, PathProblem, Targets};
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
//! linear_dual::solve_path(&problem, HingeLoss::Hinge, &options, &mut |point| {
//!     assert!(point.reports[0].converged);
//!     assert!(point.heads[0].coef()[[1, 0]] > 0.0);
//!     ControlFlow::Continue(())
//! })?;
//! # Ok::<(), linear_problem::FitError>(())
//! ```

mod block_descent;
mod box_problem;
mod changes;
mod cholesky;
mod coef;
mod column;
mod finish;
mod form;
mod gram;
mod kernels;
mod measure;
mod newton;
mod one_vs_one;
mod path;
mod price;
mod scores;
mod solve;
mod stages;
mod warm_start;
mod working_set;

pub use form::{matrix_suits, matrix_suits_squared_hinge};
pub use one_vs_one::{OneVsOneHead, OneVsOnePoint, solve_one_vs_one_path};
pub use path::solve_path;
