//! Features and labels in, fitted heads out; no files.
//!
//! ```text
//! Rows, Labels -> Examples -> RowSource -> sampling -> solver -> Pipeline     learn()
//!                     |
//!                   folds -> cross_validate()                                how good heads are
//!                     |
//!                   calibrate()                                              probabilities
//! ```
//!
//! [`Rows`] are the rows that take part, with their [`Labels`]; [`Examples`] are rows of a matrix of
//! features, which [`RowSource`] hands to solvers without a copy where that can be. [`fit_transform()`]
//! learns what prepares features, [`learn()`] a whole pipeline. [`Division`] divides rows into folds,
//! [`cross_validate()`] says how good heads are on them, [`held_out_scores()`] what they say of each row, and
//! [`calibrate()`] makes probabilities of scores. [`Links`] groups rows that belong together.
//!
//! The same rows, settings and seed give the same heads, whatever the number of threads.

mod calibrate;
mod cross_validation;
mod examples;
mod fit_transform;
mod folds;
mod held_out;
mod labels;
mod learn;
mod links;
mod row_source;
mod rows;
mod sampling;
mod solver;

pub use calibrate::{CalibrateError, CalibrationError, calibrate, fit_platt, fit_temperature};
pub use cross_validation::{FoldFit, FoldScore, Setup, cross_validate};
pub use examples::Examples;
pub use fit_transform::{TransformError, fit_transform};
pub use folds::{Divisible, Division, FoldError, stratified_hold_out, stratified_k_fold};
pub use held_out::{HeldOut, held_out_scores};
pub use labels::{Labels, reborrow};
pub use learn::learn;
pub use links::Links;
pub use row_source::RowSource;
pub use rows::Rows;
pub use sampling::sample;
pub use solver::{
    MAX_EPOCHS, MAX_ITERATIONS, OneClassOnly, SettingsError, SolverError, check_settings,
};
