//! From examples to fitted heads: the one place that calls the solvers of `heads`.
//!
//! ```text
//! settings     which settings suit which heads and labels
//! solve        the solver of each kind of head
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
mod neighbors;
mod network;
mod one_by_one;
mod one_vs_one;
mod path;
mod settings;
mod solve;

pub use error::SolverError;
pub use settings::{MAX_EPOCHS, MAX_ITERATIONS, OneClassOnly, SettingsError, check_settings};
pub(crate) use solve::{FoldPoint, HeadFit, Problem, fit, solve_folds};
