//! What a regularization path is asked, and what it gives: all classes, folds and values of C of a sweep.

mod feature_rows;
mod finite;
mod options;
mod point;
mod precise;
mod problem;

pub use feature_rows::FeatureRows;
pub(crate) use finite::check_finite;
pub use options::{PathLoss, PathOptions};
pub use point::PathPoint;
pub(crate) use precise::{FINEST_TOL, is_precise, is_single_fit};
pub use problem::{Folds, PathProblem, Targets};
