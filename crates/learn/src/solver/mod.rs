//! From examples to fitted heads: the one place that calls the solvers of `heads`.
//!
//! ```text
//! labels       what rows of several labels can be used for
//! solve        the solver of each family
//!   path         softmax, linear SVM, ridge: all folds and values of C as one problem
//!   one_vs_one   likewise, for pairs of classes
//!   neighbors    all numbers of neighbors from one search
//!   gaussian     one fit after another, through `one_by_one`
//!   network      likewise, with a learning curve
//! ```
//!
//! A new kind of head gets its name and its needs in [`head::HeadSpec`], a file here, and an
//! arm in each function of `solve`.

mod error;
mod gaussian;
mod labels;
mod neighbors;
mod network;
mod one_by_one;
mod one_vs_one;
mod path;
mod solve;

pub use error::SolverError;
pub use labels::{OneClassOnly, check_labels};
pub use solve::{FoldPoint, HeadFit, Problem, fit, solve_folds};
