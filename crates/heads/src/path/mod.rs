//! Regularization paths: all classes, folds and values of C of a sweep, solved together.

mod feature_rows;
mod finite;
mod options;
mod point;
mod precise;
mod problem;
mod single;
mod solve;

pub use feature_rows::FeatureRows;
pub(crate) use finite::check_finite;
pub use options::{PathLoss, PathOptions};
pub use point::PathPoint;
pub(crate) use precise::{FINEST_TOL, is_precise, is_single_fit};
pub use problem::{Folds, PathProblem, Targets};
pub(crate) use single::fit_single;
pub use solve::solve_path;
