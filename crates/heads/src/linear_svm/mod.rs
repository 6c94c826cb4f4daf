//! One-vs-rest linear support vector machine, hinge and squared hinge.

mod dot;
mod dual_coordinate_descent;
mod fit;
mod params;

pub use params::{HingeLoss, LinearSvm, LinearSvmParams, LinearSvmValidParams};
