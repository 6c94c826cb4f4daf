//! Ridge classifier.
//!
//! Problem: for each class, with `y_i` 1 where row `i` is of the class and -1 where it is not,
//!
//! ```text
//! min_(w, b)  1/2 ||w||^2 + C sum_i s_i (y_i - w.x_i - b)^2
//! ```
//!
//! with `s_i` the weight of the row's class. `w` is penalized, the intercept `b` is not, as in
//! scikit-learn's `Ridge`, whose `alpha` is `1 / (2 C)`. Entries of multi-label targets that are 0
//! are no part of the sum.
//!
//! Method: the normal equations in f64, over features or over rows, whichever are fewer; there is
//! no iteration and no stopping rule. A path factors them by Cholesky once for each fold and C, which
//! takes about a thirtieth of the time of an eigendecomposition (measured with 4096 features).
//! Leaving out each row by itself takes a single eigendecomposition for all rows and all C (Rifkin
//! and Lippert, Notes on Regularized Least Squares, MIT-CSAIL-TR-2007-025, 2007).
//!
//! An ignored entry costs nothing when its target is what the fit predicts for it. So the targets of
//! ignored entries are those predictions, the solution of a small linear system, and every class
//! shares one factorization however many entries it ignores.

mod centered_rows;
mod coordinates;
mod dual;
mod fold_fit;
mod ignored_rows;
mod kernel;
mod leave_one_out;
mod moments;
mod primal;
mod problem;
mod solve_path;

pub use leave_one_out::ridge_leave_one_out;
pub use solve_path::solve_ridge_path;
