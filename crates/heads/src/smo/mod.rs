//! linfa-svm's sequential minimal optimization behind this crate's types.

mod binary;
mod fit;
mod gaussian_fit;
mod gaussian_params;
mod kernel_head;
mod params;

pub use gaussian_params::{Gamma, GaussianSvm, GaussianSvmParams, GaussianSvmValidParams};
pub use kernel_head::KernelHead;
pub use params::{Smo, SmoParams, SmoValidParams};
