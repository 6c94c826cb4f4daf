//! One-vs-rest linear support vector machine, hinge and squared hinge.

mod params;

pub use params::{HingeLoss, LinearSvm, LinearSvmParams, LinearSvmValidParams};
