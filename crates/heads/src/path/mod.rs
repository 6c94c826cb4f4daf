//! Regularization paths: all classes, folds and values of C of a sweep, solved together.

mod feature_rows;
mod options;
mod point;
mod problem;
mod solve;

pub use feature_rows::FeatureRows;
pub use options::{PathLoss, PathOptions};
pub use point::PathPoint;
pub use problem::{Folds, PathProblem, Targets};
pub use solve::solve_path;
