//! Multinomial logistic regression with an L2 penalty, one row of weights for each class.

mod fit;
mod lbfgs;
mod line;
mod line_search;
mod loss;
mod params;
mod products;

pub use params::{Softmax, SoftmaxParams, SoftmaxValidParams};
