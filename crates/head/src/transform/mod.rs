//! Feature transforms: what happens to a row between the cache and the head.
//!
//! | step | what it does to a row | learned from training rows |
//! |------|-----------------------|----------------------------|
//! | `l2` | divides by the Euclidean norm | nothing |
//! | `power:P` | `sign(x) * abs(x)^P`, component by component | nothing |
//! | `standardize` | subtracts each column's mean, divides by its deviation | means, deviations |
//! | `pca:D` | coordinates on the D principal axes | mean, axes |
//! | `whiten`, `whiten:D` | the same, each divided by its deviation | mean, axes, deviations |
//!
//! Steps make a sequence, `power:0.5,l2`, in which each sees what the one before it left. Sequences
//! of the first two alone are [row-wise](Steps::is_row_wise): they are the same in every fold.

mod fitted;
mod step;

pub use fitted::{FittedStep, Transform};
pub use step::{Step, StepError, Steps};
