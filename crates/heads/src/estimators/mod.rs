//! Linear heads through linfa's traits: parameters with defaults, checked, and a fit to all rows, which
//! is a path of one C.

mod fit_single;
mod linear_svm;
mod ridge;
mod softmax;

pub use linear_svm::{LinearSvm, LinearSvmParams, LinearSvmValidParams};
pub use ridge::{Ridge, RidgeParams, RidgeValidParams};
pub use softmax::{Softmax, SoftmaxParams, SoftmaxValidParams};
