//! Multinomial logistic regression with an L2 penalty, one row of weights for each class.

mod params;

pub use params::{Softmax, SoftmaxParams, SoftmaxValidParams};
