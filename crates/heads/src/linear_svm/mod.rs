//! One-vs-rest linear support vector machine, hinge and squared hinge.

mod dot;
mod dual_coordinate_descent;
mod fit;
mod params;
mod path;

pub(crate) use path::solve_path;

pub use params::{HingeLoss, LinearSvm, LinearSvmParams, LinearSvmValidParams};
