//! linfa-svm's sequential minimal optimization behind this crate's types.

mod fit;
mod params;

pub use params::{Smo, SmoParams, SmoValidParams};
