//! Linear heads through linfa's traits: parameters with defaults, checked, and a fit to all rows, which
//! is a path of one C.

mod fit_single;
mod linear_svm;
mod params;
mod ridge;
mod softmax;

pub use linear_svm::LinearSvm;
pub use params::{Params, ValidParams};
pub use ridge::Ridge;
pub use softmax::Softmax;
